/** Whether anybody is to be told of an emit. Without a sink, nothing of telemetry is loaded. */

import type { Feature } from "../project/feature.ts";
import { readUserTelemetry } from "../project/user_settings.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import type { FanOut } from "../telemetry/fan_out.ts";

/** Undefined where no sink is configured, by the project or by the user. */
export async function openFanOutWhereMeant(feature: Feature): Promise<FanOut | undefined> {
  const user = await readUserTelemetry().catch(refusalOrThrow);
  const has_own = !user.ok || (user.value?.sinks?.length ?? 0) > 0;
  const has_committed = (feature.project.config.telemetry?.sinks?.length ?? 0) > 0;
  if (!has_own && !has_committed) return undefined;
  return (await import("../telemetry/fan_out.ts")).openFanOut(feature, user);
}
