/**
 * Logs of real projects, wherever they lie below LANE_CORPUS, each with the snapshot and
 * the `meta.json` that its project's own tool committed beside it.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "./project.ts";

const LOG = "status.events.jsonl";
const FILES = [LOG, "status.json", "meta.json"];

/** A snapshot as a tool wrote it: of any shape, so far as anybody promises. */
export interface CommittedSnapshot {
  readonly event_count: number;
  readonly last_event_id: string | null;
  readonly materialized_at: string | null;
  readonly work_packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One feature of the corpus. */
export interface CorpusLog {
  /** Its folder in the corpus. */
  readonly folder: string;
  /** Its name in {@link copyOfCorpus}. */
  readonly slug: string;
  readonly log: string;
  /** The text of its snapshot. */
  readonly snapshot: string;
}

/** Every log below a folder that stands beside a snapshot. */
export function corpusLogs(corpus: string): CorpusLog[] {
  if (corpus === "" || !existsSync(corpus)) return [];
  const folders = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === LOG && entry.isFile())
    .map((entry) => entry.parentPath)
    .filter((folder) => existsSync(join(folder, "status.json")))
    .sort();
  const names = folders.map((folder) => basename(folder));
  return folders.map((folder, i) => ({
    folder,
    // Several projects can have a feature of one name.
    slug: names.indexOf(basename(folder)) === i ? basename(folder) : `${basename(folder)}-${i}`,
    log: readFileSync(join(folder, LOG), "utf8"),
    snapshot: readFileSync(join(folder, "status.json"), "utf8"),
  }));
}

/** The logs as the features of one project, to try things on. */
export function copyOfCorpus(logs: readonly CorpusLog[]) {
  const project = makeFolder();
  const pathOf = ({ slug }: CorpusLog, name: string) => join(project.path, "kitty-specs", slug, name);
  for (const log of logs) {
    for (const name of FILES.filter((name) => existsSync(join(log.folder, name)))) {
      const path = pathOf(log, name);
      mkdirSync(dirname(path), { recursive: true });
      cpSync(join(log.folder, name), path);
    }
  }
  const read = (log: CorpusLog, name: string) => readFileSync(pathOf(log, name), "utf8");
  return { ...project, pathOf, read };
}

/** The lines of a log, without their ends. */
export function linesOf(log: string): string[] {
  return log.split("\n").filter((line) => line.trim() !== "");
}
