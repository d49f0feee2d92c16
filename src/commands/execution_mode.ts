/** `--execution-mode`, as a command takes it. */

import type { ExecutionMode } from "../domain/event.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";

/** Reads how the work is done. */
export function executionMode(text: string): Result<ExecutionMode> {
  if (text === "worktree" || text === "direct_repo") return ok(text);
  return refuse("USAGE", `there is no execution mode "${visible(text.slice(0, 80))}"`, {
    hint: "--execution-mode is worktree or direct_repo",
  });
}
