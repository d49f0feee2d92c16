/**
 * The page for an agent's instructions file. All that it names is looked up: commands and
 * options in the tree, lanes in the workflow's table, codes in theirs. Agents pay for
 * every word of it.
 */

import { REFUSAL_WORDS } from "../domain/refusal_words.ts";
import type { GuardName, Workflow } from "../domain/workflow.ts";
import { laneMeaning, movesOf, needsOf } from "../domain/workflow_words.ts";
import { type CommandTree, type Exit, shownCommands } from "./command_tree.ts";
import { type LoopStep, workLoop } from "./work_loop.ts";

/** The page's lines: Markdown. */
export async function guidePage(tree: CommandTree, workflow: Workflow): Promise<readonly string[]> {
  return [
    "## Work packages: lane",
    "",
    "`lane` records in this repository what state each work package (WP01, WP02, …) is in, and who says so. Every move is checked, appended to a log, and on the disk before you are answered.",
    "",
    ...loopPart(workflow),
    ...answerPart(),
    ...refusalPart(await tree.exits()),
    ...neverPart(),
    ...lanePart(workflow),
    ...commandPart(tree),
  ];
}

function loopPart(workflow: Workflow): string[] {
  const { claim, steps, send_back, block } = workLoop(workflow);
  const where = (lane: string) => (send_back.length > 1 ? ` to ${lane}` : "");
  const calls = [
    ...(claim === undefined ? [] : ["# take up work that is ready; data.wp of the answer names it", claim]),
    ...steps.flatMap((step) => [`# ${stepWords(step)}`, step.call]),
    ...send_back.flatMap(({ move, call }) => [`# a reviewer sends it back${where(move.to)}`, call]),
    ...(block.length === 0
      ? []
      : ["# something stands in the way, and later does not", ...block.map(({ call }) => call)]),
  ];
  return [
    "### The loop",
    "",
    ...(calls.length === 0 ? ["`lane workflow` shows what can be done."] : ["```sh", ...calls, "```"]),
    "",
    "- Write your own name for `claude` (or set `LANE_ACTOR`), your own work package for `WP01`; the keys `run7-…` are any texts that you use for one change only.",
    "- `NOTHING_READY`: stop, there is nothing to do for now.",
    "- Only a reviewer says that a review approved it; give the reference of a review that took place.",
    "- `lane show WP01 --json` tells where a work package stands, its history, and in `next` where it can go.",
    "- With several features: `--feature 001-parser`, or `LANE_FEATURE`.",
    '- Many moves at once, all or none: `lane emit --batch moves.jsonl --actor claude --json`, a JSON object a line: `{"wp_id": "WP01", "to_lane": "…", "idempotency_key": "…"}`.',
    "",
  ];
}

/** What nobody who goes this way has to care for. */
const BROUGHT_BY_THE_LOOP: readonly GuardName[] = ["workspace_context", "implementation_evidence"];

function stepWords({ move }: LoopStep): string {
  const needs = needsOf({
    ...move,
    guards: move.guards.filter((guard) => !BROUGHT_BY_THE_LOOP.includes(guard)),
  });
  const words = needs.map((need) => need.replace(/ \(--.*\)$/, "")).join(", and ");
  return words === "" ? `on to ${move.to}` : `on to ${move.to}: needs ${words}`;
}

function answerPart(): string[] {
  return [
    "### Answers",
    "",
    "With `--json`: one object on stdout in every outcome, nothing on stderr; `lane log --follow` alone prints an object for each event.",
    "",
    "```json",
    '{"version": 1, "ok": true, "command": "emit", "data": {…}, "warnings": []}',
    '{"version": 1, "ok": false, "command": "emit", "error": {"code": "…", "message": "…", "hint": "…", "details": {…}}, "warnings": []}',
    "```",
    "",
    "- `ok` true: the change is recorded. `ok` false: nothing is written, unless the message says that it is recorded, or `outcome unknown`; `error.hint` is what to try next.",
    "- **Retry**: when an answer is lost, or says `outcome unknown`, make the same call again with the same `--idempotency-key`. It is recorded once; the second time `data.replayed` is true, and `data.lane` is where it is by now. A new change needs a new key, also the same step after a review sent the work back.",
    "- To act only if nothing has changed since you looked: `--if-lane <lane>` or `--if-event <id>`.",
    "",
  ];
}

function refusalPart(exits: readonly Exit[]): string[] {
  return [
    "### Refusals: exit code, `error.code`, what to do",
    "",
    ...exits.flatMap(({ code, error_codes }) =>
      error_codes.map((name) => `- ${code} ${name}: ${REFUSAL_WORDS[name]}`),
    ),
    "",
  ];
}

function neverPart(): string[] {
  return [
    "### Never",
    "",
    "- Never edit `status.events.jsonl`, `status.json` or a page's `lane:` by hand; commit them like other files.",
    "- Never use `--force`, `--apply` or `lane uninstall` unless a person told you to, for this case.",
    "- Never make up evidence, a reviewer or a reference.",
    "",
  ];
}

function lanePart(workflow: Workflow): string[] {
  const rows = workflow.lanes.map((lane) => {
    const targets = movesOf(workflow).filter(({ from }) => from === lane.name);
    const next = targets.length === 0 ? "" : ` → ${targets.map(({ to }) => to).join(", ")}`;
    return `- \`${lane.name}\`${next} (${laneMeaning(workflow, lane)})`;
  });
  return [`### Lanes (${workflow.name}; \`lane workflow\` shows those of a feature)`, "", ...rows, ""];
}

function commandPart(tree: CommandTree): string[] {
  const rows = shownCommands(tree).map(([name, { summary }]) => `- \`lane ${name}\`: ${summary}`);
  return ["### Commands (`lane <command> --help` tells more)", "", ...rows];
}
