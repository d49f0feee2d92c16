/** Outputs that nobody reads, or that take nothing more: every command, in success and refusal. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../../scripts/project.ts";
import { VERBS } from "../../../src/cli/tree.ts";
import { NO_USER_SETTINGS } from "../../support/git_user.ts";
import { type Answer, cleanEnvironment } from "../../support/lane.ts";
import { makeFolder } from "../../support/project.ts";
import { callIn } from "./calls.ts";
import type { Row } from "./row.ts";
import { ROWS, titleOf } from "./rows.ts";

setDefaultTimeout(30_000);

/** The first success and the first refusal of each command. */
const SAMPLES = ["lane", ...Object.keys(VERBS)].flatMap((command) => {
  const of_command = ROWS.filter((one) => one.command === command);
  return [
    of_command.find(({ gives }) => gives === "ok"),
    of_command.find(({ gives }) => gives !== "ok"),
  ].filter((one) => one !== undefined);
});

/** Opens a pipe that has no reader any more: both ends as descriptor 4, to write as 5, and 4 closed again. */
const CLOSED_PIPE = 'mkfifo "$PIPE" && exec 4<>"$PIPE" 5>"$PIPE" 4<&- && exec "$0" "$@" >&5 5>&-';
const FULL = 'exec "$0" "$@" >/dev/full';

/** What a row's call says where its output is read, in text and as JSON; asked once for both tests. */
async function usualAnswers(one: Row): Promise<readonly { form: readonly string[]; answer: Answer }[]> {
  const known = usual_answers.get(one);
  if (known !== undefined) return known;
  const answers: { form: readonly string[]; answer: Answer }[] = [];
  for (const form of [[], ["--json"]]) {
    await using usual = await one.make();
    answers.push({ form, answer: callIn(usual.root, one, form) });
  }
  usual_answers.set(one, answers);
  return answers;
}

const usual_answers = new Map<Row, readonly { form: readonly string[]; answer: Answer }[]>();

for (const one of SAMPLES) {
  test.skipIf(process.platform === "win32")(
    `a pipe that nobody reads changes no exit code: ${titleOf(one)}`,
    async () => {
      for (const { form, answer } of await usualAnswers(one)) {
        await using unread = await one.make();
        const { code, stderr } = answer;
        const closed = inShell(CLOSED_PIPE, unread.root, one, form);
        expect(closed.code).toBe(code ?? Number.NaN);
        expect(closed.stderr.startsWith("Error:")).toBe(stderr.startsWith("Error:"));
      }
    },
  );

  test.skipIf(!existsSync("/dev/full"))(
    `an output that takes nothing more ends with 6: ${titleOf(one)}`,
    async () => {
      for (const { form, answer: usual } of await usualAnswers(one)) {
        await using full = await one.make();
        const { code, stdout } = usual;
        const answer = inShell(FULL, full.root, one, form);
        // What prints nothing there, as most refusals do, has nothing to lose.
        expect(answer.code).toBe(stdout === "" ? (code ?? Number.NaN) : 6);
        if (stdout !== "") {
          expect(answer.stderr).toMatch(/^Error: cannot write the answer: .*; what was done stands\n$/);
        }
      }
    },
  );
}

function inShell(line: string, cwd: string, { words, stdin, env }: Row, form: readonly string[]) {
  using folder = makeFolder();
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", line, LANE, ...words, ...form], {
    cwd,
    env: { ...cleanEnvironment(), ...NO_USER_SETTINGS, ...env, PIPE: join(folder.path, "pipe") },
    stdin: Buffer.from(stdin),
  });
  return { code: exitCode, stderr: stderr.toString() };
}
