/**
 * What a command says to people, without a process: called in a real project, on a terminal
 * of any width, with a clock that stands.
 *
 * @example
 * const text = await rendered(project, (call) => board({}, call), { width_columns: 40 });
 */

import { TREE } from "../../src/cli/run.ts";
import type { Invocation, LiveOutcome, Outcome } from "../../src/commands/outcome.ts";
import { makeStyle } from "../../src/commands/style.ts";
import type { TemporaryProject } from "./project.ts";

/** How it is looked at; what is left out is as on a pipe of today. */
export interface Look {
  readonly width_columns?: number;
  readonly color?: boolean;
  readonly unicode?: boolean;
  readonly now_us?: number;
  /** Parts of the call besides the command's own arguments. */
  readonly call?: Partial<Invocation>;
}

/** Three hours after noon of the tests' day. */
const AFTERNOON_US = Date.UTC(2026, 1, 8, 15) * 1000;

/** The text of an answer; the message of a refusal is no part of it. */
export async function rendered(
  project: TemporaryProject,
  command: (invocation: Invocation) => Promise<Outcome | LiveOutcome>,
  { width_columns, color = false, unicode = true, now_us = AFTERNOON_US, call = {} }: Look = {},
): Promise<string> {
  const outcome = await command(invocationIn(project, call));
  if ("live" in outcome) throw new Error("this answer goes on");
  if (outcome.text === undefined) {
    throw new Error(outcome.ok ? "no text" : `refused: ${outcome.refusal.message}`);
  }
  return outcome.text(makeStyle({ color, width_columns, unicode, now_us }));
}

/** A call from a project's root that gives nothing else. */
export function invocationIn(project: TemporaryProject, parts: Partial<Invocation> = {}): Invocation {
  return {
    cwd: project.root,
    env: {},
    feature: undefined,
    root: undefined,
    here: false,
    lock_timeout_ms: 1000,
    version: "0.0.0-test",
    json: false,
    progress: () => {},
    tree: TREE,
    ...parts,
  };
}

/** The widest line, in columns. */
export function widestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)));
}
