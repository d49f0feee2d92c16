/** The user's own settings, which no repository can change: `~/.config/lanekeeper/config.yaml`. */

import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ok, type Result } from "../domain/refusal.ts";
import { USER_FOLDER } from "../store/paths.ts";
import { wholePath } from "../store/spelling.ts";
import { readConfig } from "./settings.ts";
import type { Telemetry } from "./sinks.ts";

/** The sinks that the user has for all projects; undefined without any. */
export async function readUserTelemetry(): Promise<Result<Telemetry | undefined>> {
  const folder = userConfigFolder();
  const path = folder && join(folder, "config.yaml");
  if (path === undefined || !existsSync(path)) return ok(undefined);
  const config = await readConfig({ path, shown: wholePath(path) });
  if (!config.ok) return config;
  const { telemetry, telemetry_refusal } = config.value;
  return telemetry_refusal === undefined ? ok(telemetry) : { ok: false, refusal: telemetry_refusal };
}

/** Where the user's settings lie; undefined without a home. */
export function userConfigFolder(): string | undefined {
  return folderOf("XDG_CONFIG_HOME", ".config");
}

/** Where lane keeps what it must remember for this user on this machine; undefined without a home. */
export function userStateFolder(): string | undefined {
  return folderOf("XDG_STATE_HOME", join(".local", "state"));
}

/** A place that is not absolute would lie in the folder that lane is started in, which is not trusted. */
function folderOf(variable: string, in_home: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && isAbsolute(named)) return join(named, USER_FOLDER);
  const home = homeFolder();
  return home === undefined ? undefined : join(home, in_home, USER_FOLDER);
}

/** The user's home, which Windows has under a name of its own; undefined where none is told, or a relative one. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const home = env.HOME ?? env.USERPROFILE;
  return home !== undefined && isAbsolute(home) ? home : undefined;
}
