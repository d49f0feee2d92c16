/** The ways of giving evidence on the command line. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lane, refused, type Surroundings, told } from "../support/lane.ts";
import { lineAt, makeProject, pageText, type TemporaryProject } from "../support/project.ts";

const GIVEN = { review: { reviewer: "ana", verdict: "approved", reference: "PR#12" }, repos: [], note: "é" };
const WORDS = "emit WP01 --to done --actor ana";
const FORM = '{"review": {"reviewer": "<who>", "verdict": "approved", "reference": "<where>"}}';

test("evidence is taken as JSON, from a file, from stdin and by --evidence-json, all the same", () => {
  const text = JSON.stringify(GIVEN);
  const ways: [string, Surroundings][] = [
    [`--evidence=${text}`, {}],
    [`--evidence-json=${text}`, {}],
    ["--evidence=@evidence.json", {}],
    ["--evidence=-", { stdin: text }],
    ["--evidence=-", { stdin: `\n  ${JSON.stringify(GIVEN, null, 2)}\n` }],
  ];
  for (const [way, surroundings] of ways) {
    using project = inReview();
    writeFileSync(join(project.root, "evidence.json"), text);
    expect(lane(project.root, [...WORDS.split(" "), way], surroundings)).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(project.events().at(-1)?.evidence).toEqual(GIVEN);
  }
});

test("an evidence file is found from where the caller stands", () => {
  using project = inReview();
  writeFileSync(join(project.folder, "proof.json"), JSON.stringify(GIVEN));
  const answer = lane(project.folder, `${WORDS} --evidence @proof.json`);
  expect(answer).toMatchObject({ code: 0, stderr: "" });
  expect(project.events().at(-1)?.evidence).toEqual(GIVEN);
});

test("the short form makes evidence of reviewer, verdict and reference", () => {
  using project = inReview();
  lane(project.root, `${WORDS} --reviewer bob --verdict approved --reference PR#1`);
  expect(project.events().at(-1)?.evidence).toEqual({
    review: { reviewer: "bob", verdict: "approved", reference: "PR#1" },
  });
});

test("the short form's verdict is approved, its reference empty, when left out", () => {
  using project = inReview();
  lane(project.root, `${WORDS} --reviewer bob`);
  expect(project.events().at(-1)?.evidence).toEqual({
    review: { reviewer: "bob", verdict: "approved", reference: "" },
  });
});

test("evidence in two ways is refused", () => {
  const json = JSON.stringify(GIVEN);
  const pairs = [
    ["--evidence", json, "--evidence-json", json],
    ["--evidence", json, "--reviewer", "ana"],
    ["--evidence-json", json, "--reviewer", "ana"],
    ["--evidence", "-", "--evidence-json", json],
    ["--evidence", json, "--verdict", "approved"],
    ["--evidence", json, "--reference", "PR#1"],
  ];
  for (const pair of pairs) {
    using project = inReview();
    const { code, stdout, stderr } = lane(project.root, [...WORDS.split(" "), ...pair]);
    expect({ pair, code, stdout }).toEqual({ pair, code: 2, stdout: "" });
    expect(stderr).toStartWith("Error: ");
    expect(project.events()).toHaveLength(1);
  }
});

test("evidence in two ways is told in words", () => {
  using project = inReview();
  const answer = lane(project.root, [...WORDS.split(" "), "--evidence", "{}", "--reviewer", "ana"]);
  expect(told(answer)).toEqual(
    refused(
      2,
      "Error: evidence is given in more than one way",
      "Hint: use one of --evidence, --evidence-json, or --reviewer with --verdict and --reference",
    ),
  );
});

test("a verdict or reference without a reviewer is refused", () => {
  using project = inReview();
  const expected = refused(
    2,
    "Error: --verdict and --reference say nothing without --reviewer",
    "Hint: add --reviewer <who>",
  );
  expect(told(lane(project.root, `${WORDS} --verdict approved`))).toEqual(expected);
  expect(told(lane(project.root, `${WORDS} --reference PR#1`))).toEqual(expected);
});

test("a file of evidence that is not there is a usage error that names it", () => {
  using project = inReview();
  expect(told(lane(project.root, `${WORDS} --evidence @proof.json`))).toEqual(
    refused(
      2,
      "Error: there is no file <root>/proof.json",
      "Hint: --evidence @<file> names an existing file",
    ),
  );
});

test("evidence that is not JSON is refused with what was found", () => {
  using project = inReview();
  const expected = (found: string) =>
    refused(1, `Error: the evidence is not well formed: "${found}" is not JSON`, `Hint: ${FORM}`);
  expect(told(lane(project.root, `${WORDS} --evidence yes`))).toEqual(expected("yes"));
  expect(told(lane(project.root, `${WORDS} --evidence=-`))).toEqual(expected(""));
  expect(told(lane(project.root, `${WORDS} --evidence=-`, { stdin: "{\u001b[2J" }))).toEqual(
    expected("{\\u001b[2J"),
  );
});

test("evidence that is not well formed is refused with each problem by its place", () => {
  using project = inReview();
  const evidence = {
    review: { reviewer: " ", verdict: "ok" },
    repos: [{ repo: "a", branch: "b", commit: "XYZ" }],
  };
  const answer = lane(project.root, [...WORDS.split(" "), "--evidence", JSON.stringify(evidence)]);
  expect(told(answer)).toEqual(
    refused(
      1,
      "Error: the evidence is not well formed: review.reviewer: must not be blank; " +
        'review.verdict: expected ("approved" | "changes_requested"), found "ok"; ' +
        "repos.0.commit: must be 7 to 40 lower-case hex digits",
      `Hint: ${FORM}`,
    ),
  );
});

test("evidence larger than a line of the log is refused, from stdin and from a file", () => {
  using project = inReview();
  const large = JSON.stringify({ ...GIVEN, note: "x".repeat(2 * 1024 * 1024) });
  writeFileSync(join(project.root, "large.json"), large);
  const expected = (name: string) =>
    refused(
      6,
      `Error: the evidence in ${name} is larger than a line of the log, 1 MiB`,
      "Hint: put large evidence into a file, and refer to it",
    );

  expect(told(lane(project.root, `${WORDS} --evidence=-`, { stdin: large }))).toEqual(expected("stdin"));
  expect(told(lane(project.root, `${WORDS} --evidence @large.json`))).toEqual(expected("<root>/large.json"));
  expect(project.events()).toHaveLength(1);
});

test("evidence that just fits is recorded whole", () => {
  using project = inReview();
  const note = "x".repeat(1024 * 1024 - 1000);
  const answer = lane(project.root, `${WORDS} --evidence=-`, { stdin: JSON.stringify({ ...GIVEN, note }) });
  expect(answer).toMatchObject({ code: 0, stderr: "" });
  expect(project.events().at(-1)?.evidence).toEqual({ ...GIVEN, note });
});

test("evidence that fits, but not with the rest of its event, is refused", () => {
  using project = inReview();
  const note = "é".repeat(250 * 1024);
  const answer = lane(project.root, `${WORDS} --evidence=-`, { stdin: JSON.stringify({ ...GIVEN, note }) });
  expect(answer.code).toBe(6);
  expect(answer.stderr).toMatch(
    /^Error: WP01: the event takes \d+ bytes; a line holds 1048576\nHint: put large evidence into a file, and refer to it\n$/,
  );
  expect(project.events()).toHaveLength(1);
});

test("evidence of another shape is refused also where the move needs none", () => {
  using project = makeProject();
  const answer = lane(project.root, "emit WP01 --to claimed --actor ana --evidence []");
  expect(answer.code).toBe(1);
  expect(answer.stderr).toStartWith("Error: the evidence is not well formed: ");
});

test("unknown fields of evidence are kept, __proto__ among them", () => {
  using project = inReview();
  const text =
    '{"review":{"reviewer":"ana","verdict":"approved","__proto__":1},"__proto__":{"a":[1.5,null]}}';
  lane(project.root, [...WORDS.split(" "), "--evidence", text]);
  expect(project.read("status.events.jsonl").split("\n")[1]).toContain(
    '"evidence": {"__proto__": {"a": [1.5, null]}, "review": {"__proto__": 1, "reference": "", "reviewer": "ana", "verdict": "approved"}}',
  );
});

function inReview(): TemporaryProject {
  return makeProject({
    files: {
      "tasks/WP01-first.md": pageText("for_review"),
      "status.events.jsonl": lineAt(1, { to_lane: "for_review" }),
    },
  });
}
