/** `lane emit --batch`: many moves of one feature, all of them or none. */

import type { BatchData } from "../contract/emit.ts";
import { type BatchAnswer, emitLines } from "../pipeline/emit_batch.ts";
import { shownPath } from "../store/paths.ts";
import { readBatch } from "./batch_lines.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";
import { describeMove, placeOf, withPlace } from "./transition_text.ts";

export interface BatchArgs {
  /** A file, or `-` for stdin. */
  readonly batch: string;
  readonly actor?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
}

export async function emitBatch(args: BatchArgs, invocation: Invocation): Promise<Outcome> {
  const lines = await readBatch(args.batch, invocation.cwd);
  if (!lines.ok) return lines;
  const { env } = invocation;
  const answer = await emitLines(lines.value, {
    ...placeOf(invocation),
    actor: args.actor ?? env.LANE_ACTOR,
    dry_run: args["dry-run"],
  });
  if (!answer.ok) return { ok: false, refusal: withPlace(answer.refusal, invocation) };
  const { results, log, warnings } = answer.value;
  return {
    ok: true,
    data: { results, log } satisfies BatchData,
    warnings,
    text: (style) => describe(answer.value, args["dry-run"] === true, invocation.cwd, style),
  };
}

function describe({ results, log }: BatchAnswer, dry_run: boolean, cwd: string, style: Style): string {
  const shown = shownPath(cwd, log);
  const where = dry_run ? `dry run: nothing is written to ${shown}` : `${countOf(results)} in ${shown}`;
  return [...results.map((result) => describeMove(result, style)), style.dim(where)].join("\n");
}

function countOf(results: BatchAnswer["results"]): string {
  const added = results.filter(({ replayed }) => !replayed).length;
  return added === 1 ? "1 new event" : `${added} new events`;
}
