/** The ways of giving evidence, or the result of a review, on the command line. */

import { parseEvidence, parseReviewResult } from "../domain/evidence.ts";
import { LONGEST_LINE_BYTES } from "../domain/line.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import type { TransitionRequest } from "../domain/request.ts";
import { wholePath } from "../store/spelling.ts";
import { type Input, inputNamed, readInput } from "./input.ts";

export interface EvidenceArgs {
  /** JSON, `@file`, or `-` for stdin. */
  readonly evidence?: string | undefined;
  readonly "evidence-json"?: string | undefined;
  readonly reviewer?: string | undefined;
  readonly verdict?: string | undefined;
  readonly reference?: string | undefined;
  /** JSON, `@file`, or `-` for stdin. */
  readonly "review-result"?: string | undefined;
}

/** What a request says of a review, and of what else its work rests on. */
type Said = Pick<TransitionRequest, "evidence" | "review_result" | "review">;

/** What was given, in whichever way. */
export async function readEvidence(args: EvidenceArgs, cwd: string): Promise<Result<Said>> {
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
  const stray = whyStray(args);
  if (stray !== undefined) return stray;
  if (args.reviewer !== undefined) {
    const { reviewer, verdict, reference } = args;
    return ok({ review: { reviewer, verdict, reference } });
  }
  const result = await readSource(args["review-result"], REVIEW_RESULT, cwd);
  if (!result.ok) return result;
  const json = args["evidence-json"];
  const evidence = json === undefined ? await readSource(args.evidence, EVIDENCE, cwd) : parseEvidence(json);
  return evidence.ok ? ok({ evidence: evidence.value, review_result: result.value }) : evidence;
}

/** Refuses what leaves open which of two is meant. */
function whyStray(args: EvidenceArgs): Refused | undefined {
  if (args["review-result"] === undefined) return undefined;
  if (args.reviewer !== undefined) {
    return refuse("USAGE", "the result of the review is given in more than one way", {
      hint: "use --review-result, or --reviewer with --verdict and --reference",
    });
  }
  if (args["review-result"] !== "-" || args.evidence !== "-") return undefined;
  return refuse("USAGE", "--evidence and --review-result can't both be read from stdin", {
    hint: "put one of them into a file: --evidence @<file>",
  });
}

/** What can be read as JSON from the command line, a file or stdin. */
interface Kind {
  readonly what: string;
  readonly option: string;
  readonly parse: (text: string) => Result<unknown>;
}

const EVIDENCE: Kind = { what: "evidence", option: "--evidence", parse: parseEvidence };
const REVIEW_RESULT: Kind = {
  what: "review result",
  option: "--review-result",
  parse: parseReviewResult,
};

async function readSource(source: string | undefined, kind: Kind, cwd: string): Promise<Result<unknown>> {
  if (source === undefined) return ok(undefined);
  if (source !== "-" && !source.startsWith("@")) return kind.parse(source);
  const input = inputNamed(source === "-" ? source : source.slice(1), cwd);
  const bytes = await readInput(input, kind.what, `${kind.option} @<file>`, refuseTooMuch(input, kind));
  return bytes.ok ? kind.parse(bytes.value.toString("utf8")) : bytes;
}

/** No more is read than could be recorded. */
function refuseTooMuch({ name }: Input, { what }: Kind): (chunk: Uint8Array) => Refused | undefined {
  let size_bytes = 0;
  return (chunk) => {
    size_bytes += chunk.length;
    if (size_bytes <= LONGEST_LINE_BYTES) return undefined;
    return refuse("IO", `the ${what} in ${wholePath(name)} is larger than a line of the log, 1 MiB`, {
      hint: `put large ${what} into a file, and refer to it`,
    });
  };
}
