/** `lane migrate`: from frontmatter to a log; a plan, unless it is to be applied. */

import type { MigrateData } from "../contract/migrate.ts";
import type { StatusEvent } from "../domain/event.ts";
import { ok, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { formatInstant } from "../domain/time.ts";
import { failedMigration, type Migration, migrate as migrateNow, planMigration } from "../repair/migrate.ts";
import { chooseFeatures, forEachFeature } from "./each_feature.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style, safe } from "./style.ts";

export async function migrate(
  args: { all?: boolean | undefined; apply?: boolean | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  const chosen = await chooseFeatures(args.all, invocation);
  if (!chosen.ok) return chosen;
  const one = args.apply ? migrateNow : planMigration;
  const { done, failures } = await forEachFeature(chosen.value, invocation, async (feature) =>
    ok(await one(feature, invocation.lock_timeout_ms)),
  );
  const failed = failures.map(({ feature, refusal }) => failedMigration(feature, refusal));
  return summarize([...done, ...failed].sort(bySlug), args.all !== true);
}

function bySlug(a: Migration, b: Migration): number {
  return a.feature < b.feature ? -1 : 1;
}

function summarize(done: readonly Migration[], in_detail: boolean): Outcome {
  const warnings = done.flatMap((one) => one.warnings);
  const features = done.map(({ feature, status, events, reason }) => ({ feature, status, events, reason }));
  const data = { features } satisfies MigrateData;
  const text = (style: Style) => describe(done, in_detail, style);
  const failed = features.filter(({ status }) => status === "failed").map(({ feature }) => visible(feature));
  if (failed.length === 0) return { ok: true, data, warnings, text };
  const refused = refuse("CHECK_FAILED", `can't be migrated: ${failed.join(", ")}`, {
    hint: "mend what the reason beside it names, then ask again; nothing of it is written",
    details: data,
  });
  return { ...refused, warnings, text };
}

function describe(done: readonly Migration[], in_detail: boolean, style: Style): string {
  if (done.length === 0) return "No features.";
  const rows = done.map(({ feature, status, events, reason }) => [
    style.bold(safe(feature)),
    status,
    reason === null ? `${events.length} ${events.length === 1 ? "event" : "events"}` : safe(reason),
  ]);
  const details = in_detail ? done.flatMap(({ events }) => events) : [];
  const is_plan = done.some(({ status }) => status === "planned");
  return [
    columns(rows),
    ...(details.length > 0 ? [columns(details.map((event) => detailOf(event, style)))] : []),
    ...(is_plan ? [style.dim("Nothing is written yet: --apply carries it out.")] : []),
  ].join("\n");
}

const TIME_UNKNOWN = formatInstant(0);

function detailOf({ wp_id, from_lane, to_lane, at, evidence }: StatusEvent, style: Style): string[] {
  const reviewer = reviewerOf(evidence);
  return [
    `  ${wp_id}`,
    `${from_lane} -> ${style.lane(to_lane)}`,
    at === TIME_UNKNOWN ? "time unknown" : `${at.slice(0, 10)} ${at.slice(11, 19)}`,
    reviewer === undefined ? "" : `reviewed by ${safe(reviewer)}`,
  ];
}

function reviewerOf(evidence: StatusEvent["evidence"]): string | undefined {
  const { reviewer } = (evidence?.review ?? {}) as { reviewer?: string };
  return reviewer;
}
