/** `lane help merging`. */

import { CONFIG_FILE, LOG_FILE, SNAPSHOT_FILE } from "../store/paths.ts";
import type { Part } from "./topics.ts";

export async function mergeParts(): Promise<readonly Part[]> {
  return [
    `Everybody works in a clone or branch of their own, and git merges. A log (${LOG_FILE}) is merged by keeping the lines of both sides. The state follows from the set of events, whatever their order and however often a line stands there, so both sides end in the same state.`,
    { heading: "Who wins" },
    "Moves of different work packages have nothing to do with each other. For one work package, each event names what its writer knew. What was done in knowledge of the other side builds on it. Of what was done without, a step back by a reviewer wins over everything that did not know of it, and finished work is not undone by somebody who did not know that it was finished; otherwise the later one counts. What lost stays in the log, and lane show says what took its place.",
    { heading: "Setting git up" },
    "lane init does it, once in every clone; commit what it writes. Without it git reports conflicts that nobody needs.",
    {
      terms: [
        [LOG_FILE, "the lines of both sides are kept"],
        [SNAPSHOT_FILE, "our side is kept; it is made anew from the log"],
        ["pages, tasks.md", "merged as text, but a page's lane and the generated table never conflict"],
      ],
    },
    { heading: "After a merge" },
    {
      terms: [
        [
          "lane materialize --all",
          "makes snapshots and pages anew; lane init --hook lets git do so by itself",
        ],
        ["lane validate --all", "says what is wrong"],
        ["lane doctor --fix", "shows how conflict marks and other damage would be mended"],
      ],
    },
    `Which workflow and phase hold is said in ${CONFIG_FILE} and in a feature's meta.json.`,
  ];
}
