/** The guide in an agent's instructions file: put in between two markers, and taken out again. */

import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { readIfThere } from "../store/durable_file.ts";
import { realPathInside, shownPath } from "../store/paths.ts";
import { StorageError } from "../store/storage_error.ts";
import { carryOut, checkChanges, type FileChange } from "./file_change.ts";
import { brokenMarker, MARKDOWN, putOwnLines, takeOwnLines } from "./own_lines.ts";

/** What came of it. Paths are absolute. */
export interface InstalledGuide {
  readonly file: string;
  readonly changed: boolean;
  readonly created: boolean;
  /** Whether other text stood between the markers. */
  readonly replaced: boolean;
  readonly warnings: readonly Warning[];
}

/** Where agents look for instructions: the common name first. */
const NAMES = ["AGENTS.md", "CLAUDE.md"] as const;

const LABEL = "lanekeeper:guide";

/**
 * Puts the guide where it is already, else into AGENTS.md, else into CLAUDE.md; where there
 * is neither, AGENTS.md is made. Nothing but the text between the markers is touched.
 *
 * @param root the project's root: a real path
 * @param page lines of Markdown
 */
export function installGuide(root: string, page: readonly string[]): Result<InstalledGuide> {
  const found = readFiles(root);
  if (!found.ok) return found;
  const { files, passed_by } = found.value;
  const [holder, ...other_holders] = files.filter(({ text }) => takeOwnLines(text ?? "", LABEL, MARKDOWN));
  const chosen = holder ?? files.find(({ text }) => text !== undefined) ?? files[0];
  if (chosen === undefined) throw new Error("there is always a file to choose");
  const { path, text } = chosen;
  // Formatters of Markdown want a blank line beside a comment.
  const own = { label: LABEL, lines: ["", ...page, ""], form: MARKDOWN };
  const after = putOwnLines(text ?? "", own, { at: "end", is_new: text === undefined });
  const change: FileChange = { path, before: text, after };
  const changed = text !== after;
  if (changed) {
    checkChanges([change]);
    carryOut(change);
  }
  return ok({
    file: path,
    changed,
    created: text === undefined,
    replaced: changed && holder !== undefined,
    warnings: [
      ...passed_by,
      ...other_holders.map((other) => ({
        code: "GUIDE_TWICE",
        message: `${shownPath(root, other.path)} holds a guide too, which is left as it is; one is enough`,
      })),
    ],
  });
}

/** Decides how the guide gets out of the files again; what can't be taken out is left, and told. */
export function planWithoutGuide(root: string): { changes: FileChange[]; warnings: Warning[] } {
  const changes: FileChange[] = [];
  const warnings: Warning[] = [];
  for (const name of NAMES) {
    const found = readFile(root, name);
    // Where lane would not write, nothing is lane's.
    if (!found.ok || found.value.text === undefined) continue;
    const { path, text } = found.value;
    if (changes.some((change) => change.path === path)) continue;
    const broken = brokenMarker(text, LABEL, MARKDOWN);
    if (broken !== undefined) {
      const where = `${shownPath(root, path)}:${broken.line}`;
      warnings.push({ code: "GUIDE_LEFT", message: `${where}: ${broken.problem}; the guide there is left` });
      continue;
    }
    const without = takeOwnLines(text, LABEL, MARKDOWN);
    if (without === undefined) continue;
    const is_ours = without.made_by_lane && without.text === "";
    changes.push({ path, before: text, after: is_ours ? undefined : without.text });
  }
  return { changes, warnings };
}

/** Whether a file of the project holds the guide, as far as that can be seen. */
export function holdsGuide(root: string): boolean {
  return NAMES.some((name) => {
    const found = readFile(root, name);
    return found.ok && takeOwnLines(found.value.text ?? "", LABEL, MARKDOWN) !== undefined;
  });
}

/** A file by its real path. */
interface GuideFile {
  readonly path: string;
  /** One character per byte; undefined when it is not there. */
  readonly text: string | undefined;
}

/** The files in which a guide can be, each once; those that can't be used matter only where none comes before. */
function readFiles(root: string): Result<{ files: readonly GuideFile[]; passed_by: readonly Warning[] }> {
  const files: GuideFile[] = [];
  const passed_by: Warning[] = [];
  for (const name of NAMES) {
    const found = readFile(root, name);
    if (!found.ok) {
      if (!files.some(({ text }) => text !== undefined)) return found;
      passed_by.push({ code: "GUIDE_PASSED_BY", message: `${name} is passed by: ${found.refusal.message}` });
      continue;
    }
    const { path, text } = found.value;
    if (files.some((file) => file.path === path)) continue;
    const broken = brokenMarker(text ?? "", LABEL, MARKDOWN);
    if (broken !== undefined) {
      const { line, problem, remedy } = broken;
      return refuse("CONFIG_INVALID", `${shownPath(root, path)}:${line}: ${problem}`, {
        hint: `${remedy}, then run lane guide --install again`,
        details: { file: path, line },
      });
    }
    files.push(found.value);
  }
  return ok({ files, passed_by });
}

/** A link is followed to where it leads, but only to Markdown inside the project. */
function readFile(root: string, name: string): Result<GuideFile> {
  const named = join(root, name);
  try {
    const path = realPathInside(root, named);
    const shown = shownPath(root, path);
    if (path !== named && !/\.md$/i.test(basename(path))) {
      return refuse("CONFIG_INVALID", `${name} is a link to ${shown}, which is no Markdown file`, {
        hint: `put a file of its own in the place of ${name}`,
        details: { file: named },
      });
    }
    const text = readIfThere(path, "latin1");
    if (!text?.includes("\0")) return ok({ path, text });
    return refuse("CONFIG_INVALID", `${shown} holds NUL bytes (UTF-16?)`, {
      hint: `save ${shown} as UTF-8`,
      details: { file: path },
    });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return refuse("IO", error.message, {
      hint: isLink(named) ? `let ${name} lead to a file inside the project` : undefined,
      details: { path: named },
    });
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
