/** The ways of giving evidence on the command line. */

import { parseEvidence } from "../domain/evidence.ts";
import { LONGEST_LINE_BYTES } from "../domain/line.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { type Input, inputNamed, readInput } from "./input.ts";

export interface EvidenceArgs {
  /** JSON, `@file`, or `-` for stdin. */
  readonly evidence?: string | undefined;
  readonly "evidence-json"?: string | undefined;
  readonly reviewer?: string | undefined;
  readonly verdict?: string | undefined;
  readonly reference?: string | undefined;
}

/** The evidence that was given, in whichever way; null when none was. */
export async function readEvidence(args: EvidenceArgs, cwd: string): Promise<Result<unknown>> {
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

async function readSource(source: string, cwd: string): Promise<Result<unknown>> {
  if (source !== "-" && !source.startsWith("@")) return parseEvidence(source);
  const input = inputNamed(source === "-" ? source : source.slice(1), cwd);
  const bytes = await readInput(input, "evidence", "--evidence @<file>", refuseTooMuch(input));
  return bytes.ok ? parseEvidence(bytes.value.toString("utf8")) : bytes;
}

/** No more is read than could be recorded. */
function refuseTooMuch({ name }: Input): (chunk: Uint8Array) => Refused | undefined {
  let size_bytes = 0;
  return (chunk) => {
    size_bytes += chunk.length;
    if (size_bytes <= LONGEST_LINE_BYTES) return undefined;
    return refuse("IO", `the evidence in ${visible(name)} is larger than a line of the log, 1 MiB`, {
      hint: "put large evidence into a file, and refer to it",
    });
  };
}
