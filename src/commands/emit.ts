/** `lane emit`: moves a work package and records who did it. */

import { emitStatusTransition } from "../pipeline/emit.ts";
import { type EvidenceArgs, readEvidence } from "./evidence_args.ts";
import { executionMode } from "./execution_mode.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { outcomeOfMove, placeOf } from "./transition_text.ts";

/** What both `emit` and `move` take. */
export interface TransitionArgs extends EvidenceArgs {
  readonly wp: string;
  readonly actor?: string | undefined;
  readonly reason?: string | undefined;
  readonly force?: boolean | undefined;
  readonly "review-ref"?: string | undefined;
  readonly "execution-mode": string;
  readonly "workspace-context"?: string | undefined;
  readonly "if-lane"?: string | undefined;
  readonly "if-event"?: string | undefined;
  readonly "idempotency-key"?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
}

/** With `--batch` there is neither work package nor target lane. */
export async function emit(
  args: TransitionArgs & { to: string; batch?: string | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  const { batch } = args;
  if (batch === undefined) return transition(args, args.to, invocation);
  return (await import("./emit_batch.ts")).emitBatch({ ...args, batch }, invocation);
}

/** From words to the pipeline's call, and from its answer to the outcome. */
export async function transition(
  args: TransitionArgs,
  to_lane: string,
  invocation: Invocation,
): Promise<Outcome> {
  const mode = executionMode(args["execution-mode"]);
  if (!mode.ok) return mode;
  const evidence = await readEvidence(args, invocation.cwd);
  if (!evidence.ok) return evidence;
  const { env } = invocation;
  const answer = await emitStatusTransition({
    ...placeOf(invocation),
    wp_id: args.wp,
    to_lane,
    // An actor that is given as blank does not fall back: it would be somebody else's name.
    actor: args.actor ?? env.LANE_ACTOR,
    force: args.force,
    reason: args.reason,
    ...evidence.value,
    review_ref: args["review-ref"],
    execution_mode: mode.value,
    workspace_context: args["workspace-context"],
    if_lane: args["if-lane"],
    if_event: args["if-event"],
    idempotency_key: args["idempotency-key"],
    dry_run: args["dry-run"],
  });
  return outcomeOfMove(answer, invocation);
}
