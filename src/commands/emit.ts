/** `lane emit`: moves a work package and records who did it. */

import { ok, type Result, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { type EmitAnswer, emitStatusTransition } from "../pipeline/emit.ts";
import { shownPath } from "../store/paths.ts";
import { type EvidenceArgs, readEvidence } from "./evidence_args.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";
import { describeMove, placeOf, withPlace } from "./transition_text.ts";

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
    evidence: evidence.value,
    review_ref: args["review-ref"],
    execution_mode: mode.value,
    workspace_context: args["workspace-context"],
    if_lane: args["if-lane"],
    if_event: args["if-event"],
    idempotency_key: args["idempotency-key"],
    dry_run: args["dry-run"],
  });
  if (!answer.ok) return { ok: false, refusal: withPlace(answer.refusal, invocation) };
  const { warnings, ...data } = answer.value;
  return { ok: true, data, warnings, text: (style) => describe(answer.value, invocation.cwd, style) };
}

function executionMode(text: string): Result<"worktree" | "direct_repo"> {
  if (text === "worktree" || text === "direct_repo") return ok(text);
  return refuse("USAGE", `there is no execution mode "${visible(text.slice(0, 80))}"`, {
    hint: "--execution-mode is worktree or direct_repo",
  });
}

function describe(answer: EmitAnswer, cwd: string, style: Style): string {
  const log = shownPath(cwd, answer.log);
  const where = answer.dry_run
    ? `dry run: nothing is written to ${log}`
    : `event ${answer.event.event_id} in ${log}`;
  return `${describeMove(answer, style)}\n${style.dim(where)}`;
}
