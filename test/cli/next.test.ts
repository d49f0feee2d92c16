/** `lane next`: whole outputs, and what many callers at once get. */

import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { MoveDataSchema } from "../../src/contract/emit.ts";
import { ReadyDataSchema } from "../../src/contract/next.ts";
import { answered, lane, laneBeside, refused, told } from "../support/lane.ts";
import { lineAt, makeProject, SLUG } from "../support/project.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;

function page(title: string, dependencies = "[]"): string {
  return `---\ntitle: ${title}\nlane: planned\ndependencies: ${dependencies}\n---\n`;
}

function threePieces() {
  return makeProject({
    files: {
      "tasks/WP01.md": page("Read"),
      "tasks/WP02.md": page("Write", "[WP01]"),
      "tasks/WP03.md": page("Check", "\n  - 'wp1'\n  - 2"),
    },
  });
}

test("next lists what is ready, and what the others wait for", () => {
  using project = threePieces();
  const rows = ["WP01  ready      Read", "WP02  waits for  WP01", "WP03  waits for  WP01, WP02"];
  expect(told(lane(project.root, "next"))).toEqual(answered(...rows));
  expect(dataOf(lane(project.root, "next --json"), "next", ReadyDataSchema).data).toEqual({
    ready: [{ wp: "WP01", title: "Read" }],
    waiting: [
      { wp: "WP02", for: ["WP01"] },
      { wp: "WP03", for: ["WP01", "WP02"] },
    ],
  });
});

test("next is empty, and no failure, where everything was begun", async () => {
  using project = makeProject();
  await project.walk("claimed");
  expect(told(lane(project.root, "next"))).toEqual(
    answered("Nothing is ready: every work package was begun already."),
  );
});

test("next says that there is nothing yet", () => {
  using project = makeProject({ files: {} });
  expect(told(lane(project.root, "next"))).toEqual(
    answered("Nothing is ready: there are no work packages yet."),
  );
  expect(told(lane(project.root, "next --claim --actor ana"))).toEqual(
    refused(
      1,
      "Error: nothing is ready to be claimed: there are no work packages yet",
      'Hint: lane add "<title>" makes the first one',
    ),
  );
});

test("next names the page because of which nothing is ready", () => {
  using project = makeProject({ files: { "tasks/WP01.md": page("A", "[WP02") } });
  const file = `kitty-specs/${SLUG}/tasks/WP01.md`;
  const why = `${file} does not tell what it waits for: its frontmatter is not YAML`;
  expect(told(lane(project.root, "next"))).toMatchObject({ code: 0, stdout: `Nothing is ready: ${why}.\n` });
  expect(told(lane(project.root, "next --claim --actor ana"))).toEqual(
    refused(1, `Error: nothing is ready to be claimed: ${why}`, `Hint: mend dependencies: in ${file}`),
  );
  const { error } = refusalIn(lane(project.root, "next --claim --actor ana --json"));
  expect(error.details).toEqual({
    waiting: [],
    unclear: [{ wp: "WP01", file, problem: "its frontmatter is not YAML" }],
  });
});

test("next --claim does not send anybody waiting for what nobody is at work on", async () => {
  using project = makeProject({
    files: { "tasks/WP01.md": page("A", "[WP02]"), "tasks/WP02.md": page("B", "[WP01]") },
  });
  const claim = () => refusalIn(lane(project.root, "next --claim --actor ana --json")).error;
  expect(claim().message).toBe("nothing is ready to be claimed: WP01 waits for WP02, and 1 more waits");
  expect(claim().hint).toStartWith("nobody is at work on any of these");
  await project.walk("in_progress");
  expect(claim().hint).toBe("ask again when one of these is finished");
  await project.walk("canceled");
  expect(claim().hint).toStartWith("nobody is at work on any of these");
});

test("next shows what a page waits for without obeying it", () => {
  const hostile = '["\\e]0;owned\\a\\u202e"]';
  using project = makeProject({ files: { "tasks/WP01.md": page("A", hostile) } });
  for (const words of ["next", "next --claim --actor ana", "show 1"]) {
    const { stdout, stderr } = lane(project.root, words);
    expect(stdout + stderr).toContain(String.raw`\u001b]0;owned\u0007\u202e`);
    expect(stdout + stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  }
});

test("next passes over a page whose frontmatter has no end", async () => {
  using project = makeProject({ files: { "tasks/WP01.md": page("A"), "tasks/WP03.md": page("C") } });
  await project.walk("claimed");
  project.write("tasks/WP02.md", "---\ntitle: B\nlane: planned\ndependencies: [WP01]\n\n# B\n");
  expect(lane(project.root, "next --json").json).toMatchObject({
    data: { ready: [{ wp: "WP03" }] },
    warnings: [{ code: "DEPENDENCIES_UNCLEAR" }],
  });
});

test("next --claim takes the first that is ready, and what waits becomes ready when that is done", async () => {
  using project = threePieces();
  expect(told(lane(project.root, "next --claim --actor ana"))).toEqual(
    answered("WP01: planned -> claimed, by ana", `event <id 1> in ${LOG}`),
  );
  expect(told(lane(project.root, "next --claim --actor bob"))).toEqual(
    refused(
      1,
      "Error: nothing is ready to be claimed: WP02 waits for WP01, and 1 more waits",
      "Hint: ask again when one of these is finished",
    ),
  );
  await project.walk("done");
  expect(told(lane(project.root, "next --claim --actor bob")).stdout).toStartWith(
    "WP02: planned -> claimed, by bob\n",
  );
  expect(project.read("tasks/WP02.md")).toContain("lane: claimed\n");
});

test("next --claim with a key that was used gives the same work package again, whatever is ready", () => {
  using project = makeProject({ files: { "tasks/WP01.md": page("A"), "tasks/WP02.md": page("B") } });
  const claim = () => lane(project.root, "next --claim --actor ana --idempotency-key k --json");
  const first = dataOf(claim(), "next", MoveDataSchema).data;
  const second = dataOf(claim(), "next", MoveDataSchema).data;
  expect(first.wp).toBe("WP01");
  expect(second).toEqual({ ...first, replayed: true, snapshot: "unchanged", views: "unchanged" });
  const other = refusalIn(lane(project.root, "next --claim --actor bob --idempotency-key k --json"));
  expect(other.error.code).toBe("IDEMPOTENCY_CONFLICT");
  expect(project.events()).toHaveLength(1);
});

test("next --claim with a key that two clones used gives each caller its own, in any order of lines", () => {
  const lines = [
    lineAt(1, { actor: "codex", idempotency_key: "k1" }),
    lineAt(2, { wp_id: "WP02", actor: "claude", idempotency_key: "k1" }),
  ];
  for (const log of [lines, lines.toReversed()]) {
    using project = makeProject({ files: { "status.events.jsonl": log.join("") } });
    const answer = lane(project.root, "next --claim --actor claude --idempotency-key k1 --json");
    expect(dataOf(answer, "next", MoveDataSchema).data).toMatchObject({ wp: "WP02", replayed: true });
  }
});

test("next --claim --dry-run says which it would be, and writes nothing", () => {
  using project = threePieces();
  const answer = told(lane(project.root, "next --claim --actor ana --dry-run"));
  expect(answer).toEqual(
    answered("WP01: would move planned -> claimed, by ana", `dry run: nothing is written to ${LOG}`),
  );
  expect(project.events()).toEqual([]);
});

test("next passes over a page that does not tell what it waits for, and says so", () => {
  using project = makeProject({
    files: { "tasks/WP01.md": "---\ndependencies: [\nlane: planned\n---\n", "tasks/WP02.md": page("B") },
  });
  const warning = `Warning: WP01 is passed over: kitty-specs/${SLUG}/tasks/WP01.md does not tell what it waits for: its frontmatter is not YAML\n`;
  expect(told(lane(project.root, "next"))).toEqual({
    code: 0,
    stdout: "WP02  ready  B\n",
    stderr: warning,
  });
});

test("next passes over a page whose dependencies are no ids", () => {
  const twice = "[]\ndependencies: [WP01]";
  for (const dependencies of ["{WP01: x}", "[[WP01]]", "&a [*a]", twice]) {
    using project = makeProject({
      files: { "tasks/WP01.md": page("A"), "tasks/WP02.md": page("B", dependencies) },
    });
    const answer = lane(project.root, "next --json");
    expect(answer.json).toMatchObject({
      data: { ready: [{ wp: "WP01" }] },
      warnings: [{ code: "DEPENDENCIES_UNCLEAR" }],
    });
  }
});

test("next passes over a page in whose frontmatter git left a conflict", async () => {
  const conflict = "[]\n<<<<<<< HEAD\n=======\nassignee: x\n>>>>>>> b";
  using project = makeProject({ files: { "tasks/WP01.md": page("A"), "tasks/WP03.md": page("C") } });
  await project.walk("done");
  project.write("tasks/WP02.md", page("B", conflict));
  expect(told(lane(project.root, "next --claim --actor ana")).stdout).toStartWith("WP03: planned -> claimed");
});

test("next passes over a page that is a link out of the project", async () => {
  using outside = makeProject({ files: { "page.md": page("A") } });
  using project = makeProject({ files: { "tasks/WP01.md": page("A"), "tasks/WP03.md": page("C") } });
  await project.walk("done");
  symlinkSync(outside.path("page.md"), project.path("tasks/WP02.md"));
  expect(told(lane(project.root, "next --claim --actor ana")).stdout).toStartWith("WP03: planned -> claimed");
});

test("next refuses a feature whose pages say more than its log", () => {
  using project = makeProject({ files: { "tasks/WP01.md": "---\nlane: done\n---\n" } });
  expect(refusalIn(lane(project.root, "next --json")).error.code).toBe("NOT_MIGRATED");
  expect(refusalIn(lane(project.root, "next --claim --actor ana --json")).error.code).toBe("NOT_MIGRATED");
});

test("next --claim without an actor, and options of a claim without it, are wrong usage", () => {
  using project = threePieces();
  expect(told(lane(project.root, "next --claim"))).toEqual(
    refused(
      2,
      "Error: the next work package: nobody is named as the actor",
      "Hint: say who does it: --actor <who>, or set LANE_ACTOR",
    ),
  );
  expect(told(lane(project.root, "next --actor ana"))).toEqual(
    refused(
      2,
      "Error: lane next: --actor says nothing without --claim",
      "Hint: add --claim, or leave it out",
    ),
  );
});

test("next of a feature without pages folder is empty", () => {
  using project = makeProject({ files: {} });
  mkdirSync(project.path("tasks"));
  expect(lane(project.root, "next --json").json).toMatchObject({ data: { ready: [], waiting: [] } });
});

test("next --claim by many processes at once gives each another one, until nothing is ready", async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `WP${String(i + 1).padStart(2, "0")}`);
  using project = makeProject({
    files: Object.fromEntries(ids.map((wp) => [`tasks/${wp}.md`, page("A piece")])),
  });
  const claims = await Promise.all(
    Array.from({ length: 12 }, (_, i) => claimAll(project.root, `agent-${i}`)),
  );
  const told = claims.flat();
  expect(told.map(({ wp }) => wp).sort()).toEqual(ids);
  const recorded = project.events().map(({ wp_id, actor }) => ({ wp: wp_id, actor: String(actor) }));
  const byWp = (a: { wp: string }, b: { wp: string }) => (a.wp < b.wp ? -1 : 1);
  expect(recorded.sort(byWp)).toEqual(told.sort(byWp));
}, 60_000);

/** What one caller is told it has, until it is told that nothing is ready. */
async function claimAll(root: string, actor: string): Promise<{ wp: string; actor: string }[]> {
  const claimed: { wp: string; actor: string }[] = [];
  for (;;) {
    const answer = await laneBeside(root, `next --claim --actor ${actor} --json`);
    if (answer.code !== 0) {
      expect(refusalIn(answer).error.code).toBe("NOTHING_READY");
      return claimed;
    }
    claimed.push({ wp: dataOf(answer, "next", MoveDataSchema).data.wp, actor });
  }
}
