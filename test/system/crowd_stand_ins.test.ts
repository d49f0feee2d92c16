/** The crowd's check finds an executable that loses events, answers what is not, or goes without the lock. */

import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { LANE } from "../../scripts/project.ts";
import { eventsOf, makeGround } from "../crash/crowd.ts";
import { callAll, turnsOf, wpNames } from "../crash/crowd_calls.ts";
import { breaksIn } from "../crash/crowd_log.ts";
import { randomFrom } from "../support/random.ts";

const TIMEOUT_MS = 60_000;
const WPS = wpNames(2);
const LOG = "kitty-specs/001-crowd/status.events.jsonl";

/** What a crowd of some finds wrong with an executable. */
async function breaksWith(script: string): Promise<string[]> {
  using ground = makeGround(["001-crowd"], WPS);
  const executable = ground.beside("stand-in");
  writeFileSync(executable, `#!/bin/sh\n${script}\n`);
  chmodSync(executable, 0o755);
  const random = randomFrom(7);
  const turns = Array.from({ length: 8 }, (_, i) => turnsOf(`caller${i}`, 6, WPS, random));
  const calls = await callAll(ground.stands, turns, undefined, executable);
  return breaksIn(eventsOf(ground.stands[0]?.log ?? ""), calls, { wps: WPS });
}

test.each([
  ["lane itself, and finds nothing", `exec ${LANE} "$@"`, /^$/],
  [
    "one that loses its last line now and then",
    `${LANE} "$@"; [ $(($$ % 5)) -gt 0 ] || sed -i '$d' ${LOG}`,
    /./,
  ],
  [
    "one that says another lane than was left",
    `${LANE} "$@" | sed 's/"from_lane":"planned"/"from_lane":"done"/g'`,
    /otherwise/,
  ],
  ["one that shares no lock", `rm -f .git/lanekeeper/kitty-specs/*.lock; exec ${LANE} "$@"`, /./],
])(
  "breaksIn() judges %s",
  async (_, script, what) => {
    expect((await breaksWith(script)).join("\n")).toMatch(what);
  },
  TIMEOUT_MS,
);
