/** One run of the command line: from words to an exit code. */

// Nearly every command reads a feature. What that takes comes with the command tree, in one piece:
// left to each command, it would be split into a dozen, and each of them costs time to load.
import "../pipeline/feature_state.ts";
import "../views/page_facts.ts";

import type { CommandTree } from "../commands/command_tree.ts";
import type { Invocation, LiveOutcome, Outcome } from "../commands/outcome.ts";
import { VERSION } from "../domain/build.ts";
import { refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { refusalOf, StorageError } from "../store/storage_error.ts";
import { type Call, commandIn, isSwitchedOn, readCall } from "./arguments.ts";
import { makeProgress, report, reportLive } from "./report.ts";
import { awaitLocks } from "./signals.ts";
import { ABOUT_ARGS, GLOBAL_ARGS, VERBS } from "./tree.ts";
import { versionOutcome } from "./version.ts";

/** What surrounds a run. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command tree, for the commands that describe it. */
export const TREE: CommandTree = {
  commands: VERBS,
  global_args: GLOBAL_ARGS,
  about_args: ABOUT_ARGS,
  exits: async () => (await import("./exits.ts")).EXITS,
};

/** Runs one call, and ends the process by `exit`; a signal ends it as soon as no lock is held. */
export function runAndExit(
  words: readonly string[],
  surroundings: Surroundings,
  exit: (code: number) => never,
): void {
  awaitLocks(exit);
  run(words, surroundings).then(exit);
}

/** Runs one call and prints its outcome. @returns the exit code */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const call = readCall(words);
  const json = isSwitchedOn("json", words);
  const progress = makeProgress(json);
  const outcome = call.ok
    ? await outcomeOf(call.value, surroundings, { json, progress: progress.show })
    : call;
  progress.clear();
  const telling = {
    command: (call.ok ? call.value.name : commandIn(words)) ?? "lane",
    json,
    no_color: isSwitchedOn("no-color", words),
    env: surroundings.env,
    now_us: Date.now() * 1000,
  };
  if (!("live" in outcome)) return report(outcome, telling);
  const end = await reportLive(outcome, telling).catch(failed);
  return end === undefined ? 0 : report(end, telling);
}

async function outcomeOf(
  call: Call,
  { cwd, env }: Surroundings,
  telling: Pick<Invocation, "json" | "progress">,
): Promise<Outcome | LiveOutcome> {
  const { name, args, globals } = call;
  try {
    if (globals.version) return versionOutcome();
    if (globals.licenses) return (await import("../commands/licenses.ts")).licensesOutcome();
    const verb = name === undefined ? undefined : VERBS[name];
    if (verb === undefined || globals.help) {
      return (await import("../commands/help_text.ts")).helpOutcome(TREE, name);
    }
    const invocation: Invocation = {
      cwd,
      env,
      feature: globals.feature ?? givenIn(env, "LANE_FEATURE"),
      root: globals.root ?? givenIn(env, "LANE_ROOT"),
      here: globals.here,
      lock_timeout_ms: globals.lock_timeout_ms,
      version: VERSION,
      tree: TREE,
      ...telling,
    };
    return await verb.run(args, invocation);
  } catch (error) {
    return failed(error);
  }
}

/** A broken disk, or a bug. */
function failed(error: unknown): Outcome {
  if (error instanceof StorageError) return refusalOf(error);
  const { syscall, path } = error as { syscall?: unknown; path?: unknown };
  if (typeof syscall === "string")
    return refusalOf(new StorageError(syscall, String(path ?? "a file"), error));
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return refuse("INTERNAL", `a bug in lane: ${visible(message)}`, {
    hint: "please report it, with the command and this output: lane --version; error.details of --json",
    details: { stack: stack ?? null },
  });
}

function givenIn(env: Surroundings["env"], name: string): string | undefined {
  const value = env[name];
  return value === undefined || value.trim() === "" ? undefined : value;
}
