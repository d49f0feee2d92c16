/**
 * Which sinks of committed files the user trusts on this machine. It is kept in the user's
 * own folder, since a repository can come with a `.git` that somebody else filled.
 */

import { mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as v from "valibot";
import { compactJson } from "../domain/json_bytes.ts";
import { ok, type Result } from "../domain/refusal.ts";
import type { Project } from "../project/project.ts";
import type { Sink } from "../project/sinks.ts";
import { userStateFolder } from "../project/user_settings.ts";
import { readIfThere, replaceFile, syncDirectory } from "../store/durable_file.ts";
import { takeLock } from "../store/feature_lock.ts";
import { attempt, StorageError } from "../store/storage_error.ts";

const TrustedSchema = v.object({
  version: v.literal(1),
  /** By {@link definitionOf}; the rest is for people who look into the file. */
  sinks: v.record(v.string(), v.object({ name: v.string(), root: v.string(), at: v.string() })),
});

type Trusted = v.InferOutput<typeof TrustedSchema>;

/** The definitions that are trusted; none where the file makes no sense. */
export function readTrusted(): ReadonlySet<string> {
  const path = trustPath();
  return new Set(path === undefined ? [] : Object.keys(readAt(path).sinks));
}

/** Trusts a sink as it is defined now. @throws StorageError when that can't be remembered */
export async function trust(sink: Sink, project: Project, now_us: number): Promise<Result<undefined>> {
  const path = trustPath();
  if (path === undefined) throw new StorageError("remember trust in", "the user's folder", "HOME is not set");
  const folder = dirname(path);
  attempt("create", folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const lock = await takeLock({ path: `${path}.lock`, base: folder }, LOCK_TIMEOUT_MS);
  if (!lock.ok) return lock;
  using _ = lock.value;
  const trusted = readAt(path);
  const at = new Date(now_us / 1000).toISOString();
  const sinks = {
    ...trusted.sinks,
    [definitionOf(sink, project)]: { name: sink.name, root: project.root, at },
  };
  replaceFile(path, Buffer.from(`${JSON.stringify({ version: 1, sinks }, null, 2)}\n`, "utf8"));
  syncDirectory(folder);
  return ok(undefined);
}

/**
 * A hash of a sink's exact definition and of the clone that it stands in: another word in
 * it, or the same words in another repository, and it is not trusted.
 */
export function definitionOf(sink: Sink, { root, git }: Pick<Project, "root" | "git">): string {
  const clone = git?.common_dir ?? root;
  const place = git === undefined ? "" : relative(git.worktree_top, root);
  return new Bun.CryptoHasher("sha256").update(compactJson({ clone, place, sink })).digest("hex");
}

const LOCK_TIMEOUT_MS = 10_000;

function trustPath(): string | undefined {
  const folder = userStateFolder();
  return folder && join(folder, "trusted.json");
}

function readAt(path: string): Trusted {
  try {
    return v.parse(TrustedSchema, JSON.parse(readIfThere(path, "utf8") ?? ""));
  } catch (error) {
    if (error instanceof StorageError) throw error;
    return { version: 1, sinks: {} };
  }
}
