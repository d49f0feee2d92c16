/**
 * lanekeeper as a library: the same pipeline, rules and schemas as the command line.
 *
 * Runs on Bun. Refusals are values ({@link Result}); a {@link StorageError} is thrown when
 * the disk fails.
 *
 * @example
 * import { emitStatusTransition } from "lanekeeper";
 *
 * const moved = await emitStatusTransition({
 *   feature: "034-status-model",
 *   wp_id: "WP01",
 *   to_lane: "claimed",
 *   actor: "claude",
 *   idempotency_key: "claim-WP01-1",
 * });
 * if (moved.ok) console.log(moved.value.event.event_id);
 * else console.error(moved.refusal.code, moved.refusal.message);
 */

export { type Decision, decide, type Situation, type Stamp } from "./domain/decide.ts";
export { type OtherRecord, OtherRecordSchema, type StatusEvent, StatusEventSchema } from "./domain/event.ts";
export {
  type Evidence,
  EvidenceSchema,
  type ReviewResult,
  ReviewResultSchema,
} from "./domain/evidence.ts";
export { formatLine, type ParsedLine, parseLine } from "./domain/line.ts";
export { type Reduction, reduce, type WorkPackageState } from "./domain/reduce.ts";
export type { Refusal, RefusalCode, Result, Warning } from "./domain/refusal.ts";
export {
  type CheckedRequest,
  checkRequest,
  type TransitionRequest,
  TransitionRequestSchema,
} from "./domain/request.ts";
export { type Snapshot, SnapshotSchema } from "./domain/snapshot.ts";
export { legalTargets, NINE_LANE, resolveLane, SEVEN_LANE, type Workflow } from "./domain/workflow.ts";
export { WorkflowSchema } from "./domain/workflow_schema.ts";
export type { EmitResult } from "./pipeline/answer.ts";
export { type EmitAnswer, type EmitRequest, emitStatusTransition } from "./pipeline/emit.ts";
export { type BatchAnswer, type BatchPlace, type BatchRequest, emitBatch } from "./pipeline/emit_batch.ts";
export { type ClaimRequest, claimNext } from "./pipeline/next.ts";
export { type LogContent, type LogPlace, readLog } from "./store/event_log.ts";
export { StorageError } from "./store/storage_error.ts";
