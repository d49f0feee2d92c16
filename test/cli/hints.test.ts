/** A hint is a command that can be pasted, and that works. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment, lane } from "../support/lane.ts";
import { lineAt, makeProject, SLUG, type TemporaryProject } from "../support/project.ts";
import { refusalIn } from "./envelope_schema.ts";

const ACTORS = [
  "ana",
  "anna k",
  "it's me",
  "$HOME",
  "a`id`b",
  'say "hi"',
  "a\\b",
  "*",
  "~",
  "-x",
  "--force",
  "漢字",
  "!x",
  "#x",
];

for (const actor of ACTORS) {
  test.skipIf(process.platform === "win32")(
    `the hint of a refused emit by ${actor} can be pasted into a shell`,
    () => {
      using project = makeProject();
      const refused = lane(project.root, ["emit", "1", "--to", "done", `--actor=${actor}`, "--json"]);

      const pasted = paste(project, refusalIn(refused).error.hint ?? "");

      expect(pasted).toEqual({ code: 0, stderr: "" });
      expect(project.events()).toMatchObject([{ to_lane: "claimed", actor }]);
    },
  );
}

test("a hint does not hold what can't be seen", () => {
  using project = makeProject();
  const refused = lane(project.root, ["emit", "1", "--to", "done", "--actor", "a\u001b[31m\nb", "--json"]);
  expect(refusalIn(refused).error.hint).toBe("lane emit WP01 --to claimed --actor <…>");
});

test.skipIf(process.platform === "win32")("the hints of other refusals can be pasted too", async () => {
  using project = makeProject();
  await project.walk("claimed");
  const calls = [
    "emit 1 --to claimed --actor ana",
    "emit 1 --to blocked --actor ana --if-lane done",
    "emit 1 --to blocked --actor ana --if-event 01HXYZ0000AAAAAAAAAAAAAAAA",
    `new ${SLUG}`,
    "shwo",
    "show --frobnicate",
  ];
  for (const words of calls) {
    const { hint } = refusalIn(lane(project.root, `${words} --json`)).error;
    const [command = ""] = /lane [^?]*?(?= lists|\?|$)/.exec(hint ?? "") ?? [];
    expect({ words, ...paste(project, command) }).toEqual({ words, code: 0, stderr: "" });
  }
});

test.skipIf(process.platform === "win32")(
  "a hint quotes a feature's name where a shell would take it apart",
  () => {
    using project = makeProject();
    const feature = join(project.root, "kitty-specs", "035 it's mine");
    mkdirSync(feature);
    writeFileSync(join(feature, "status.events.jsonl"), lineAt(1));

    const stale = lane(project.root, ["materialize", "--check", "--feature", "035", "--json"]);

    expect(paste(project, refusalIn(stale).error.hint ?? "")).toEqual({ code: 0, stderr: "" });
  },
);

function paste(project: TemporaryProject, line: string): { code: number; stderr: string } {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", line], {
    cwd: project.root,
    env: { ...cleanEnvironment(), PATH: `${dirname(LANE)}:${process.env.PATH}` },
    stdin: "ignore",
  });
  return { code: exitCode, stderr: stderr.toString() };
}
