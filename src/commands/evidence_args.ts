/** The ways of giving evidence on the command line. */

import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { parseEvidence } from "../domain/evidence.ts";
import { LONGEST_LINE_BYTES } from "../domain/line.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { errnoOf, StorageError } from "../store/storage_error.ts";

export interface EvidenceArgs {
  /** JSON, `@file`, or `-` for stdin. */
  readonly evidence?: string | undefined;
  readonly "evidence-json"?: string | undefined;
  readonly reviewer?: string | undefined;
  readonly verdict?: string | undefined;
  readonly reference?: string | undefined;
}

/** The evidence that was given, in whichever way; null when none was. */
export function readEvidence(args: EvidenceArgs, cwd: string): Result<unknown> {
  const ways = [args.evidence, args["evidence-json"], args.reviewer].filter((way) => way !== undefined);
  if (ways.length > 1) {
    return refuse("USAGE", "evidence is given in more than one way", {
      hint: "use one of --evidence, --evidence-json, or --reviewer with --verdict and --reference",
    });
  }
  if (args.reviewer === undefined && (args.verdict ?? args.reference) !== undefined) {
    return refuse("USAGE", "--verdict and --reference say nothing without --reviewer", {
      hint: "add --reviewer <who>",
    });
  }
  if (args.reviewer !== undefined) {
    const { reviewer, verdict = "approved", reference = "" } = args;
    return ok({ review: { reviewer, verdict, reference } });
  }
  if (args["evidence-json"] !== undefined) return parseEvidence(args["evidence-json"]);
  return args.evidence === undefined ? ok(null) : readSource(args.evidence, cwd);
}

function readSource(source: string, cwd: string): Result<unknown> {
  if (source !== "-" && !source.startsWith("@")) return parseEvidence(source);
  const text = source === "-" ? readText("stdin", () => 0) : readFile(resolve(cwd, source.slice(1)));
  return text.ok ? parseEvidence(text.value) : text;
}

function readFile(path: string): Result<string> {
  return readText(path, () => openSync(path, "r"));
}

/** Reads a file or stdin, but no more than could be recorded. */
function readText(name: string, open: () => number): Result<string> {
  let fd: number | undefined;
  try {
    fd = open();
    const bytes = Buffer.alloc(LONGEST_LINE_BYTES + 1);
    let filled_bytes = 0;
    while (filled_bytes < bytes.length) {
      const read_bytes = readSync(fd, bytes, filled_bytes, bytes.length - filled_bytes, null);
      if (read_bytes === 0) break;
      filled_bytes += read_bytes;
    }
    if (filled_bytes > LONGEST_LINE_BYTES) {
      return refuse("EVIDENCE_INVALID", `the evidence in ${name} is larger than a line of the log, 1 MiB`, {
        hint: "put large evidence into a file, and refer to it",
      });
    }
    return ok(bytes.toString("utf8", 0, filled_bytes));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") {
      return refuse("USAGE", `there is no file ${name}`, {
        hint: "--evidence @<file> names an existing file",
      });
    }
    throw new StorageError("read the evidence in", name, error);
  } finally {
    if (fd !== undefined && fd !== 0) closeSync(fd);
  }
}
