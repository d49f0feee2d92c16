/** A project with a sink, and a user with a home: for tests of telemetry by the executable. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SyncData } from "../../src/contract/sync.ts";
import { type Answer, laneBeside, type Words } from "./lane.ts";
import { makeFolder, makeProject, type TemporaryProject } from "./project.ts";

/** The settings of one sink, as JSON, which is YAML. */
export type SinkSettings = Readonly<Record<string, unknown>>;

export interface TelemetryProject extends Disposable {
  readonly project: TemporaryProject;
  readonly home: string;
  /** Where lane keeps its state. */
  readonly state: string;
  /** Runs lane there, by this user. */
  readonly lane: (words: Words, env?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Moves WP01, whatever its lane, and gives back what lane answered. */
  readonly move: (env?: Readonly<Record<string, string>>) => Promise<MoveAnswer>;
  /** What `lane sync` answers, whether or not all was delivered. */
  readonly sync: (words?: string, env?: Readonly<Record<string, string>>) => Promise<SyncData>;
  /** Puts other sinks into the project's settings. */
  readonly configure: (...sinks: readonly SinkSettings[]) => void;
  /** Puts sinks into the user's own settings. */
  readonly configureUser: (...sinks: readonly SinkSettings[]) => void;
  /** The ids of the log, in the order of its lines. */
  readonly ids: () => string[];
}

export interface MoveAnswer {
  readonly code: number | null;
  readonly telemetry: string;
  readonly event_id: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** The sinks are the project's own, and trusted, unless `trusted` says otherwise. */
export async function makeTelemetry(
  sinks: readonly SinkSettings[],
  { trusted = true }: { readonly trusted?: boolean } = {},
): Promise<TelemetryProject> {
  const home = makeFolder();
  const project = makeProject();
  const env = { HOME: home.path, XDG_CONFIG_HOME: "", XDG_STATE_HOME: "" };
  let moves = 0;
  const run = (words: Words, more: Readonly<Record<string, string>> = {}) =>
    laneBeside(project.root, words, { env: { ...env, ...more } });
  const it: TelemetryProject = {
    project,
    home: home.path,
    state: join(project.root, ".lanekeeper"),
    lane: run,
    move: async (more) => {
      const lane = moves++ % 2 === 0 ? "claimed" : "in_progress";
      const words = `emit 1 --to ${lane} --force --reason test --actor claude --json`;
      const { code, json } = await run(words, more);
      const { data, warnings } = json as {
        data: { telemetry: string; event: { event_id: string } };
        warnings: MoveAnswer["warnings"];
      };
      return { code, telemetry: data.telemetry, event_id: data.event.event_id, warnings };
    },
    sync: async (words = "", more) => {
      const { json } = await run(`sync --json ${words}`, more);
      const { data, error } = json as { data?: SyncData; error?: { details: SyncData } };
      return data ?? error?.details ?? unreachable();
    },
    configure: (...settings) => writeSinks(join(project.root, ".kittify", "config.yaml"), settings),
    configureUser: (...settings) =>
      writeSinks(join(home.path, ".config", "lanekeeper", "config.yaml"), settings),
    ids: () => project.events().map(({ event_id }) => event_id),
    [Symbol.dispose]: () => {
      project[Symbol.dispose]();
      home[Symbol.dispose]();
    },
  };
  it.configure(...sinks);
  if (trusted) for (const { name } of sinks) await run(`sync --trust ${name}`);
  return it;
}

function writeSinks(path: string, sinks: readonly SinkSettings[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ status: { telemetry: { sinks } } }));
}

function unreachable(): never {
  throw new Error("neither data nor an error");
}
