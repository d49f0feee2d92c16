/** Every command in every outcome, as the executable that users have, against what is published. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { VERBS } from "../../../src/cli/tree.ts";
import type { RefusalEnvelope } from "../../../src/contract/envelope.ts";
import type { RefusalCode } from "../../../src/domain/refusal.ts";
import { publishedJudge } from "../../support/json_schema.ts";
import type { Answer } from "../../support/lane.ts";
import { callIn, stateOf } from "./calls.ts";
import { nowhere } from "./places.ts";
import { type Row, row } from "./row.ts";
import { ROWS, titleOf } from "./rows.ts";

setDefaultTimeout(30_000);

/** As the design has it, typed off by hand. */
const EXIT_CODES: Readonly<Record<RefusalCode, number>> = {
  ILLEGAL_TRANSITION: 1,
  GUARD_FAILED: 1,
  FORCE_NEEDS_AUDIT: 1,
  EVIDENCE_REQUIRED: 1,
  EVIDENCE_INVALID: 1,
  PRECONDITION_FAILED: 1,
  IDEMPOTENCY_CONFLICT: 1,
  NOT_MIGRATED: 1,
  NOTHING_READY: 1,
  CHECK_FAILED: 1,
  USAGE: 2,
  UNKNOWN_LANE: 2,
  INVALID_ID: 2,
  LOG_CORRUPT: 3,
  POSTCONDITION_FAILED: 3,
  NO_PROJECT: 4,
  NO_FEATURE: 4,
  AMBIGUOUS_FEATURE: 4,
  NO_WORK_PACKAGE: 4,
  LOCK_TIMEOUT: 5,
  IO: 6,
  CONFIG_INVALID: 6,
  INTERNAL: 70,
};

/** Only a bug, or somebody who writes without the lock at the right moment, brings these about. */
const NOT_PROVOKED: readonly RefusalCode[] = ["INTERNAL", "POSTCONDITION_FAILED"];

const COMMANDS = ["lane", ...Object.keys(VERBS)];

test("the rows provoke every refusal, and every command's success and refusal", () => {
  const codes = new Set<string>(ROWS.map(({ gives }) => gives));
  const missing = Object.keys(EXIT_CODES).filter((code) => !codes.has(code));
  expect(missing.sort()).toEqual([...NOT_PROVOKED].sort());
  const outcomes = (wanted: (one: Row) => boolean) =>
    COMMANDS.filter((command) => !ROWS.some((one) => one.command === command && wanted(one)));
  expect({
    without_success: outcomes(({ gives }) => gives === "ok"),
    without_refusal: outcomes(({ gives }) => gives !== "ok"),
    unknown: ROWS.filter(({ command }) => !COMMANDS.includes(command)).map(titleOf),
    twice: ROWS.map(titleOf).filter((title, i, all) => all.indexOf(title) !== i),
  }).toEqual({ without_success: [], without_refusal: [], unknown: [], twice: [] });
});

for (const one of ROWS) test(titleOf(one), () => expectContract(one));

for (const command of Object.keys(VERBS)) {
  test(`${command}: --help gives ok`, () =>
    expectContract(row(command, "ok", "--help", [command, "--help"], { make: nowhere })));
}

/** Both forms of the answer; where nothing is written, in the same place, so that they can be compared. */
async function expectContract(one: Row): Promise<void> {
  await using place = await one.make();
  const before = stateOf(place.root);
  const text = callIn(place.root, one);
  const after = stateOf(place.root);
  expect(changedIn(before, after).length > 0).toBe(one.writes);
  expectText(text, one);
  if (one.writes) {
    await using again = await one.make();
    expectJson(callIn(again.root, one, ["--json"]), one);
    return;
  }
  const json = callIn(place.root, one, ["--json"]);
  expectJson(json, one);
  expect(changedIn(before, stateOf(place.root))).toEqual([]);
  if (one.gives !== "ok") expect(text.stderr).toBe(toldOf(json.json as RefusalEnvelope));
}

/** In text, stderr holds warnings, and of a refusal the error and its hint; no terminal is driven. */
function expectText({ code, stdout, stderr }: Answer, { command, gives, silent }: Row): void {
  expect({ code, stderr }).toEqual({ code: exitCodeOf(gives), stderr });
  // A completion's word and its description stand on both sides of a tab.
  const shown = command === "complete" ? stdout.replaceAll("\t", " ") : stdout;
  expect(shown + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  if (gives === "ok") {
    expect(stderr).toMatch(/^(?:Warning: .+\n)*$/);
    expect(stdout === "").toBe(silent);
  } else expect(stderr).toMatch(/^(?:Warning: .+\n)*Error: .+\n(?:Hint: .+\n)?$/);
}

/** In JSON, one object on one line of stdout, as it is published, and nothing on stderr. */
function expectJson({ code, stdout, stderr, json }: Answer, { command, gives }: Row): void {
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
  expect(publishedJudge(`output ${command}`)(json)).toBeUndefined();
  expect(publishedJudge("output")(json)).toBeUndefined();
  expect(code).toBe(exitCodeOf(gives));
  if (gives === "ok") expect(json).toMatchObject({ ok: true, command });
  else expect(json).toMatchObject({ ok: false, command, error: { code: gives } });
  const { error } = json as Partial<RefusalEnvelope>;
  const hint = error?.hint?.replace(`lane ${command} again`, "the same again") ?? "";
  expect(hint).not.toMatch(/--force|--apply|\bdelete|\bremove|\brm |\breset|\buninstall/);
}

function exitCodeOf(gives: Row["gives"]): number {
  return gives === "ok" ? 0 : EXIT_CODES[gives];
}

/** What a person is told on stderr where programs get this envelope. */
function toldOf({ error, warnings }: RefusalEnvelope): string {
  const { message, hint } = error;
  const lines = [
    ...warnings.map((warning) => `Warning: ${warning.message}`),
    `Error: ${message}`,
    ...(hint === null ? [] : [`Hint: ${hint}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The paths that differ. */
function changedIn(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  );
}
