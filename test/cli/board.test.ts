/** `lane board` as the executable: its data, broken features, and what it refuses. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import * as contract from "../../src/contract/board.ts";
import { BoardDataSchema } from "../../src/contract/board.ts";
import { answered, lane, plain, refused, told } from "../support/lane.ts";
import { eventAt, lineAt, makeProject, pageText, SLUG, treeState } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const EMPTY = {
  planned: [],
  claimed: [],
  in_progress: [],
  for_review: [],
  done: [],
  blocked: [],
  canceled: [],
};

test("board --json has every lane in display order, and in it the entries that show has", () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": pageText("planned", "One"),
      "tasks/WP02.md": pageText("planned", "Two"),
      "status.events.jsonl": lineAt(1, { wp_id: "WP02", actor: "ana", to_lane: "blocked" }),
    },
  });
  const { data } = dataOf(lane(project.root, "board --json"), "board", BoardDataSchema);
  expect(v.parse(contract.BoardDataSchema, data)).toEqual(data);
  const entry = { force_count: 0, actor: null, since: null };
  expect(data).toEqual({
    features: [
      {
        feature: SLUG,
        lanes: {
          ...EMPTY,
          planned: [
            { ...entry, wp: "WP01", title: "One", lane: "planned", next: ["claimed", "blocked", "canceled"] },
          ],
          blocked: [
            {
              ...entry,
              wp: "WP02",
              title: "Two",
              lane: "blocked",
              actor: "ana",
              since: eventAt(1).at,
              next: ["in_progress", "canceled"],
            },
          ],
        },
      },
    ],
  });
  expect(Object.keys(data.features[0]?.lanes ?? {})).toEqual(Object.keys(EMPTY));
});

test("board answers on a pipe as on a terminal of 80 columns, in ASCII where the locale has no more", () => {
  using project = makeProject();
  const expected = (rule: string, bar: string, edge: string) =>
    answered(
      `${SLUG}  no log yet`,
      `${bar.repeat(20)}  0/1 finished`,
      "",
      "planned 1",
      rule.repeat(80),
      `${edge}WP01`,
      `${edge}First`,
      "",
      "empty: claimed, in_progress, for_review, done, blocked, canceled",
    );
  expect(told(lane(project.root, "board", { env: { LC_ALL: "C.UTF-8" } }))).toEqual(expected("─", "░", "▎"));
  expect(told(lane(project.root, "board", { env: { LC_ALL: "C" } }))).toEqual(expected("-", ".", "| "));
});

test("board --all of one that is broken and others is its refusal, and has the others all the same", () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1, { to_lane: "done" }) } });
  for (const slug of ["033-a", "035-b"]) {
    mkdirSync(join(project.root, "kitty-specs", slug));
    writeFileSync(join(project.root, "kitty-specs", slug, "status.events.jsonl"), "{\n");
  }
  const { code, stdout, stderr } = lane(project.root, "board --all");
  expect({ code, names: stdout.split("\n").map((line) => line.split(" ")[0]) }).toEqual({
    code: 3,
    names: ["033-a", SLUG, "035-b", ""],
  });
  expect(stderr).toStartWith("Error: kitty-specs/033-a/status.events.jsonl, line 1");
  expect(stderr).toContain("(and 1 more feature failed)");
  const { error } = refusalIn(lane(project.root, "board --all --json"));
  expect(error).toMatchObject({
    code: "LOG_CORRUPT",
    details: {
      features: [{ feature: SLUG, lanes: { done: [{ wp: "WP01" }] } }],
      failed: [{ feature: "033-a" }, { feature: "035-b" }],
    },
  });
});

test("board of a feature whose log can't be trusted is LOG_CORRUPT, also before it is watched", () => {
  using project = makeProject({ files: { "status.events.jsonl": "{\n" } });
  const answer = lane(project.root, "board");
  expect({ code: answer.code, stdout: answer.stdout }).toEqual({ code: 3, stdout: "" });
  expect(plain(lane(project.root, "board --watch"))).toEqual(plain(answer));
});

test("board of no feature says how to make one", () => {
  using project = makeProject();
  expect(told(lane(project.root, "board --feature 9"))).toEqual(
    refused(4, 'Error: no feature is called "9" or begins so', `Hint: there are: ${SLUG}`),
  );
});

test("board writes nothing", () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1, { to_lane: "done" }) } });
  const before = treeState(project.root);
  expect(lane(project.root, "board --all --json").code).toBe(0);
  expect(treeState(project.root)).toEqual(before);
});

test("board warns when the pages of a feature without events have moved", () => {
  using project = makeProject({ files: { "tasks/WP01-first.md": pageText("done") } });
  const { warnings } = dataOf(lane(project.root, "board --json"), "board", BoardDataSchema);
  expect(warnings).toMatchObject([{ code: "NOT_MIGRATED" }]);
});
