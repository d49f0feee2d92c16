/** `lane help agents`. */

import { SEVEN_LANE } from "../domain/workflow.ts";
import type { CommandTree } from "./command_tree.ts";
import type { Part } from "./topics.ts";
import { workLoop } from "./work_loop.ts";

export async function agentParts({ commands }: CommandTree): Promise<readonly Part[]> {
  const keyed = Object.entries(commands).filter(([, { args }]) => Object.hasOwn(args, "idempotency-key"));
  const { claim, steps } = workLoop(SEVEN_LANE);
  return [
    "Any program that can start another one can use lane: there is no server and nothing to log in to. Many can call it at once.",
    { heading: "Answers" },
    "With --json every command prints one JSON object on one line of stdout, in every outcome, and nothing on stderr; lane log --follow alone prints one for each event. ok is true or false. data holds the answer; error holds code, message, hint and details; warnings stand beside both. lane help exit-codes lists the codes.",
    { heading: "Changes" },
    `${keyed.map(([name]) => `lane ${name}`).join(", ")}: give each change an --idempotency-key of your own. When the answer is lost, make the same call again with the same key: the change is recorded once, and the answer is given again with "replayed": true, and with the lane that it is in by now. A new change needs a new key.`,
    "When the answer is ok, the event is on the disk. A refusal has written nothing, unless it says that the event is recorded. Only an error that says outcome unknown leaves a doubt: call again with the same key.",
    { lines: [...(claim === undefined ? [] : [claim]), ...steps.slice(0, 2).map(({ call }) => call)] },
    { heading: "Several at once" },
    "lane next --claim gives any number of callers different work packages. --if-lane and --if-event refuse a move when somebody else was faster. lane emit --batch makes many moves, all of them or none.",
    { heading: "Less to type" },
    {
      terms: [
        ["LANE_ACTOR", "stands for --actor"],
        ["LANE_FEATURE", "stands for --feature"],
        ["LANE_ROOT", "stands for --root"],
      ],
    },
    "lane guide prints a page for an agent's instructions; lane guide --install puts it into AGENTS.md or CLAUDE.md.",
  ];
}
