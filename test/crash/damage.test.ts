/** The proof of damage finds what it claims to look for. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repair } from "../../src/repair/repair.ts";
import { LOG } from "../support/checks.ts";
import { type Answer, lane } from "../support/lane.ts";
import { randomFrom } from "../support/random.ts";
import { proveDamage, type Subject } from "./damage.ts";

const SIZE = { logs: 16, sample: 8, cut_step_bytes: 3000 };

async function breaksWith(subject: Partial<Subject>): Promise<string> {
  const trial = { random: randomFrom(2), say: () => undefined };
  const { breaks } = await proveDamage(trial, SIZE, { repair, lane, ...subject });
  return breaks.join("\n");
}

/** The executable, with something done to each answer of one verb. */
function laneBut(verb: string, change: (answer: Answer) => Answer): Pick<Subject, "lane"> {
  return {
    lane: (folder, words, more) => {
      const answer = lane(folder, words, more);
      return String(words).startsWith(verb) ? change(answer) : answer;
    },
  };
}

function withoutFirstLine(path: string): void {
  const log = readFileSync(path);
  writeFileSync(path, log.subarray(log.indexOf(10) + 1));
}

test("proveDamage() finds no break in what is there", async () => {
  expect(await breaksWith({})).toBe("");
});

test("proveDamage() finds a repair that loses an event", async () => {
  const losing: Subject["repair"] = async (feature, ...more) => {
    const repaired = await repair(feature, ...more);
    withoutFirstLine(feature.log.path);
    return repaired;
  };
  expect(await breaksWith({ repair: losing })).toContain("damagedLog(randomFrom(");
});

test("proveDamage() finds an executable whose repair loses an event", async () => {
  const losing = laneBut("doctor --fix --apply", (answer) => {
    withoutFirstLine(join(answer.folder, LOG));
    return answer;
  });
  expect(await breaksWith(losing)).toContain("expectNothingLost");
});

test("proveDamage() finds a refusal without a remedy", async () => {
  const silent = laneBut("show", (answer) => ({
    ...answer,
    json: { ok: false, error: { code: "LOG_CORRUPT", hint: null } },
  }));
  expect(await breaksWith(silent)).toContain("lane doctor");
});

test("proveDamage() finds a check that sees nothing", async () => {
  const blind = laneBut("validate", (answer) => ({
    ...answer,
    code: 0,
    json: { ok: true, data: { features: [] } },
  }));
  expect(await breaksWith(blind)).toContain("expectReport");
});
