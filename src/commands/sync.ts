/** `lane sync`: tells sinks what they have not heard yet, says how they stand, and trusts them. */

import type { SinkReport, SyncData } from "../contract/sync.ts";
import { nearest } from "../domain/nearest.ts";
import { ok, type Refusal, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { findProject, type Project } from "../project/project.ts";
import { readUserTelemetry } from "../project/user_settings.ts";
import { dueAt, type FeatureEvents, readFeatureEvents } from "../telemetry/due.ts";
import { type Memory, pausedUntil, readMemory } from "../telemetry/memory.ts";
import { type KnownSink, mayDeliver, sinksOf, targetOf } from "../telemetry/sinks.ts";
import { sync as deliverNow, type Synced } from "../telemetry/sync.ts";
import { trust } from "../telemetry/trust.ts";
import { chooseFeatures, forEachFeature, refusalOfFailures } from "./each_feature.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { describeSync } from "./sync_text.ts";

interface SyncArgs {
  readonly trust?: string | undefined;
  readonly status?: boolean | undefined;
  readonly "retry-parked"?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

export async function sync(args: SyncArgs, invocation: Invocation): Promise<Outcome> {
  const action = actionOf(args);
  if (!action.ok) return action;
  const ground = await survey(invocation);
  if (!ground.ok) return ground;
  switch (action.value) {
    case "trust":
      return trustOne(args.trust ?? "", ground.value);
    case "status":
      return answer("status", ground.value, new Map());
    case "dry_run":
      return answer("dry_run", ground.value, new Map(), args["retry-parked"] === true);
    case "deliver":
      return deliver(ground.value, args["retry-parked"] === true, invocation);
  }
}

function actionOf(args: SyncArgs): Result<SyncData["action"]> {
  const given = (["trust", "status", "dry-run"] as const).filter((option) => args[option] !== undefined);
  const others = args["retry-parked"] && (args.trust !== undefined || args.status) ? ["retry-parked"] : [];
  const [one, other] = [...given.filter((option) => args[option] !== false), ...others];
  if (other !== undefined) {
    return refuse("USAGE", `lane sync: --${other} does not go with --${one}`, {
      hint: "ask for one at a time",
    });
  }
  if (one === "trust") return ok("trust");
  if (one === "status") return ok("status");
  return ok(one === "dry-run" ? "dry_run" : "deliver");
}

/** All that a call is about. */
interface Ground {
  readonly project: Project;
  readonly sinks: readonly KnownSink[];
  readonly features: readonly FeatureEvents[];
  /** A feature that can't be read does not stop the others. */
  readonly failed: Refusal | undefined;
}

/** Without `--feature`, every one of the project. */
async function survey(invocation: Invocation): Promise<Result<Ground>> {
  const chosen = await chooseFeatures(invocation.feature === undefined, invocation);
  if (!chosen.ok) return chosen;
  const user = await readUserTelemetry();
  if (!user.ok) return user;
  const { done, failures } = await forEachFeature(chosen.value, invocation, async (feature) =>
    readFeatureEvents(feature),
  );
  const [first] = done;
  const found = first === undefined ? await findProject(invocation) : ok(first.feature.project);
  if (!found.ok) return found;
  const { telemetry_refusal } = found.value.config;
  if (telemetry_refusal !== undefined) return { ok: false, refusal: telemetry_refusal };
  const sinks = sinksOf(found.value, user.value);
  return ok({ project: found.value, sinks, features: done, failed: refusalOfFailures(failures, {}) });
}

async function deliver(ground: Ground, retry_parked: boolean, invocation: Invocation): Promise<Outcome> {
  const { project, sinks, features } = ground;
  if (!sinks.some(mayDeliver)) return answer("deliver", ground, new Map());
  const synced = await deliverNow(project, sinks, features, {
    retry_parked,
    lock_timeout_ms: invocation.lock_timeout_ms,
    onProgress: invocation.progress,
  });
  return synced.ok ? answer("deliver", ground, synced.value) : synced;
}

async function trustOne(name: string, ground: Ground): Promise<Outcome> {
  const { project, sinks } = ground;
  const known = sinks.find(({ sink }) => sink.name === name);
  if (known === undefined) {
    const names = sinks.map(({ sink }) => sink.name);
    const meant = nearest(name, names);
    const hint = meant === undefined ? "status.telemetry.sinks names them" : `did you mean ${meant}?`;
    return refuse("USAGE", `lane sync: no sink is called ${quoted(name)}`, {
      hint,
      details: { sinks: names },
    });
  }
  if (known.standing === "never") {
    return refuse("USAGE", `lane sync: ${name} is a program that a repository names: it can't be trusted`, {
      hint: "a command belongs into your own ~/.config/lanekeeper/config.yaml",
    });
  }
  if (known.standing === "untrusted") {
    const trusted = await trust(known.sink, project, Date.now() * 1000);
    if (!trusted.ok) return trusted;
  }
  const now_trusted = known.standing === "untrusted" ? { ...known, standing: "trusted" as const } : known;
  return answer("trust", { ...ground, sinks: [now_trusted] }, new Map());
}

/** The state of every sink after what was done. */
function answer(action: SyncData["action"], ground: Ground, synced: Synced, retry_parked = false): Outcome {
  const { troubles } = readMemory(ground.project);
  const sinks = ground.sinks.map((known) =>
    reportOf(known, { ...ground, troubles }, synced?.get(known.key) ?? 0),
  );
  const would_send = action === "dry_run" ? wouldSend(ground, retry_parked) : [];
  const data = { action, busy: synced === undefined, sinks, would_send } satisfies SyncData;
  const definition = action === "trust" ? ground.sinks[0]?.sink : undefined;
  const text: Extract<Outcome, { ok: true }>["text"] = (style) => describeSync(data, definition, style);
  const { failed } = ground;
  // Trust that holds now must not look like a no.
  if (failed !== undefined && action !== "trust") return { ok: false, refusal: failed, text };
  const behind = sinks.filter(
    ({ due, standing }) => due > 0 && (standing === "own" || standing === "trusted"),
  );
  if (action === "deliver" && !data.busy && behind.length > 0) {
    const names = behind.map(({ sink }) => sink).join(", ");
    const refused = refuse("CHECK_FAILED", `not everything could be delivered: ${names}`, {
      hint: "nothing is lost: lane sync tries it again, and so does a later emit",
      details: data,
    });
    return { ...refused, text };
  }
  return { ok: true, data, warnings: failed === undefined ? [] : [failed], text };
}

function reportOf(
  known: KnownSink,
  { features, troubles }: Pick<Ground, "features"> & Pick<Memory, "troubles">,
  sent: number,
): SinkReport {
  const { sink, standing, memory_key } = known;
  const trouble = troubles[memory_key];
  const until_us = pausedUntil(trouble, Date.now() * 1000);
  const all = features.map((of) => ({ of, at_sink: dueAt(known, of) }));
  const count = (counted: (one: (typeof all)[number]) => number) =>
    all.reduce((sum, one) => sum + counted(one), 0);
  return {
    sink: sink.name,
    kind: sink.kind,
    from: standing === "own" ? "user" : "project",
    standing,
    target: targetOf(known),
    sent,
    due: count(({ at_sink }) => at_sink.due.length),
    delivered: count(
      ({ of, at_sink }) => of.events.filter(({ event }) => at_sink.arrived.has(event.event_id)).length,
    ),
    parked: all.flatMap(({ of, at_sink }) =>
      [...at_sink.parked.values()].map((one) => ({ feature: of.feature.slug, ...one })),
    ),
    last_error: trouble?.error ?? null,
    next_try: until_us === undefined ? null : new Date(until_us / 1000).toISOString(),
  };
}

function wouldSend({ sinks, features }: Ground, retry_parked: boolean): SyncData["would_send"] {
  return sinks.filter(mayDeliver).flatMap((known) =>
    features.flatMap((of) => {
      const { due, parked } = dueAt(known, of);
      const going = retry_parked
        ? of.events.filter((one) => due.includes(one) || parked.has(one.event.event_id))
        : due;
      return going.map(({ event }) => ({
        sink: known.sink.name,
        feature: of.feature.slug,
        event_id: event.event_id,
        wp: event.wp_id,
        to_lane: event.to_lane,
      }));
    }),
  );
}
