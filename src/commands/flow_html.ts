/** `lane flow --html`: writes the page, and never over anybody else's file. */

import { closeSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { flowPage, GENERATOR_LINE } from "../pages/flow_page.ts";
import { createFile, putInPlace, removeIfThere, TEMPORARY_SUFFIX } from "../store/durable_file.ts";
import { wholePath } from "../store/spelling.ts";
import { attempt, causeOf, StorageError } from "../store/storage_error.ts";
import type { MeasuredFlow } from "./flow_measure.ts";

/**
 * Writes the page whole, or not at all.
 *
 * A file that is there is replaced if it is such a page itself, or empty. A link is neither
 * followed nor replaced.
 *
 * @returns the page's path
 * @throws StorageError when the disk says no
 */
export function writeFlowPage(name: string, flow: MeasuredFlow, cwd: string): Result<string> {
  if (!/\.html?$/i.test(name)) {
    return refuse("USAGE", `lane flow: --html ${quoted(name)} does not end in .html`, {
      hint: "write --html flow.html",
    });
  }
  const path = resolve(cwd, name);
  const refused = refuseOthers(path);
  if (refused !== undefined) return refused;
  const bytes = Buffer.from(flowPage(flow));
  // Nobody holds a lock here, so each process has a temporary file of its own.
  const temporary = join(dirname(path), `.lane-flow-${process.pid}${TEMPORARY_SUFFIX}`);
  try {
    removeIfThere(temporary);
    createFile(temporary, bytes, modeOf(path));
  } catch (error) {
    throw new StorageError("write", path, causeOf(error));
  }
  // Somebody may have put a file there meanwhile.
  const late = refuseOthers(path);
  if (late !== undefined) {
    removeIfThere(temporary);
    return late;
  }
  putInPlace(temporary, path);
  return ok(path);
}

/** Says no to whatever is there and is not ours. */
function refuseOthers(path: string): Refused | undefined {
  const found = attempt("look at", path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found === undefined) {
    const folder = attempt("look at", path, () => statSync(dirname(path), { throwIfNoEntry: false }));
    if (folder?.isDirectory()) return undefined;
    throw new StorageError("write", path, "its folder is not there");
  }
  if (found.isDirectory()) throw new StorageError("write", path, "it is a folder");
  if (found.isSymbolicLink()) return refuseName(path, "it is a link");
  if (!found.isFile()) return refuseName(path, "it is no file");
  if (found.size > 0 && !isFlowPage(path)) return refuseName(path, "it is there and no page of lane flow");
  return undefined;
}

function refuseName(path: string, why: string): Refused {
  return refuse("PRECONDITION_FAILED", `${wholePath(path)} is not written: ${why}`, {
    hint: "choose another name for the page",
    details: { path },
  });
}

/** In the first bytes of a page stands what made it. */
const HEAD_BYTES = 512;

function isFlowPage(path: string): boolean {
  return attempt("read", path, () => {
    const fd = openSync(path, "r");
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.toString("latin1", 0, readSync(fd, head, 0, HEAD_BYTES, 0)).includes(GENERATOR_LINE);
    } finally {
      closeSync(fd);
    }
  });
}

function modeOf(path: string): number | undefined {
  return attempt("look at", path, () => statSync(path, { throwIfNoEntry: false })?.mode);
}
