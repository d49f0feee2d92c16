/** Whether anybody is to be told of an emit. Without a sink, nothing of telemetry is loaded. */

import type { StatusEvent } from "../domain/event.ts";
import type { Warning } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import type { Feature } from "../project/feature.ts";
import { readUserTelemetry } from "../project/user_settings.ts";
import { noteWritten } from "../project/written.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import type { Told } from "../telemetry/fan_out.ts";
import type { Announce } from "./record.ts";

/** Telling of one emit's events. */
export interface Telling {
  readonly announce: Announce;
  /** Offers events that are in the log now. Never throws. */
  readonly tell: (events: readonly StatusEvent[]) => Promise<Told>;
}

/** Looks which sinks are configured, by the project or by the user; opens none. */
export async function openTelling(feature: Feature): Promise<Telling> {
  const { telemetry, telemetry_refusal } = feature.project.config;
  const user = await readUserTelemetry().catch(refusalOrThrow);
  const own = user.ok ? user.value : undefined;
  const refusals = [telemetry_refusal, user.ok ? undefined : user.refusal].filter((one) => one !== undefined);
  const warnings = refusals.map(({ message }) => failed(message));
  const has_sinks = (telemetry?.sinks?.length ?? 0) + (own?.sinks?.length ?? 0) > 0;
  const announced = new Set<string>();
  return {
    announce: (ids, before) => {
      for (const id of ids) announced.add(id);
      try {
        noteWritten(feature, ids, before, has_sinks || refusals.length > 0);
      } catch (error) {
        warnings.push(failed(`${(error as Error).message}; sinks of scope local may not hear of it`));
      }
    },
    tell: async (events) => {
      if (!has_sinks) return { telemetry: "off", warnings };
      const told = await (await import("../telemetry/fan_out.ts")).fanOut(feature, own, announced, events);
      return { ...told, warnings: [...warnings, ...told.warnings] };
    },
  };
}

function failed(message: string): Warning {
  return { code: "TELEMETRY_FAILED", message: visible(`telemetry: ${message}`) };
}
