/** Changes of files that are decided first and carried out later, all of them or none begun. */

import { accessSync, chmodSync, constants, lstatSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { createFile, readIfThere, replaceFile } from "../store/durable_file.ts";
import { shownPath } from "../store/paths.ts";
import { attempt, StorageError } from "../store/storage_error.ts";

/** A file that is to be made, changed or taken away. Texts are one character per byte. */
export interface FileChange {
  readonly path: string;
  /** Undefined: it is not there yet. */
  readonly before: string | undefined;
  /** Undefined: it is not there any more. */
  readonly after: string | undefined;
  readonly is_executable?: boolean;
}

/**
 * Reads a file of the project's root that git reads too. A link is refused: git follows none here.
 *
 * @returns undefined when it is not there
 */
export function readGitFile(root: string, path: string): Result<string | undefined> {
  const shown = shownPath(root, path);
  const found = attempt("look at", path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found?.isSymbolicLink()) {
    return refuse("CONFIG_INVALID", `${shown} is a symbolic link, and git does not follow it`, {
      hint: `put a file of its own in the place of ${shown}`,
      details: { file: path },
    });
  }
  const text = readIfThere(path, "latin1");
  if (text?.includes("\0")) {
    return refuse("CONFIG_INVALID", `${shown} holds NUL bytes (UTF-16?), and git can't read it`, {
      hint: `save ${shown} as UTF-8`,
      details: { file: path },
    });
  }
  return ok(text);
}

/** Whether there is something to be done. */
export function isDue({ before, after }: FileChange): boolean {
  return before !== after;
}

/** @throws StorageError when a change that is due can't be carried out, as far as that can be seen */
export function checkChanges(changes: readonly FileChange[]): void {
  for (const { path, before } of changes.filter(isDue)) {
    if (before !== undefined) checkWritable(path);
    checkWritable(nearestFolder(dirname(path)));
  }
}

/** @throws StorageError when somebody may not write there */
export function checkWritable(path: string): void {
  attempt("write to", path, () => accessSync(path, constants.W_OK));
}

/** Carries a change out: through a temporary file and a rename, where there is a file. */
export function carryOut({ path, before, after, is_executable }: FileChange): void {
  if (after === undefined) {
    attempt("remove", path, () => rmSync(path));
    return;
  }
  const bytes = Buffer.from(after, "latin1");
  if (before !== undefined) {
    replaceFile(path, bytes);
    return;
  }
  createFile(path, bytes);
  if (is_executable) attempt("change the mode of", path, () => chmodSync(path, 0o755));
}

/** A folder itself, or the nearest above it that is there. */
export function nearestFolder(folder: string): string {
  const found = attempt("use", folder, () => statSync(folder, { throwIfNoEntry: false }));
  if (found === undefined) return nearestFolder(dirname(folder));
  if (!found.isDirectory()) throw new StorageError("use", folder, "it is no folder");
  return folder;
}
