/** Pages, snapshots and logs that both sides changed: what stops a merge, what does not, and what mends it. */

import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  FEATURE,
  FOLDER,
  idsOf,
  LOG,
  makeGround,
  mendAsTold,
  mergeCleanly,
  pageOf,
  pagePath,
  SNAPSHOT,
  type Tree,
  wayTo,
} from "../support/merging.ts";

const PAGE = pagePath("WP01");

describe("after lane init", () => {
  test.concurrent("a merge never stops at log, snapshot or lane, and materialize tells what is so", async () => {
    using ground = await makeGround("set up");
    const { main: tree } = ground;
    await diverge(tree, {
      main: (page) => page.replace("title: Title", "title: Better").replace("First line.", "First."),
      other: (page) => page.replace("Last line.", "Last."),
    });

    await mergeCleanly(tree, "other");

    expect(await tree.git("status", "--porcelain")).toBe("");
    await tree.act("materialize");
    await tree.expectDerived({ WP01: "blocked", WP02: "claimed", WP03: "claimed" });
    const merged = pageOf("WP01").replace("planned", "blocked");
    expect(tree.read(PAGE)).toBe(
      merged.replace("Title", "Better").replace("First line.", "First.").replace("Last line.", "Last."),
    );
  });

  test.concurrent("a merge stops at a line of text that both sides changed, at nothing else; who mends it goes on", async () => {
    using ground = await makeGround("set up");
    const { main: tree } = ground;
    await diverge(tree, {
      main: (page) => page.replace("Middle.", "Ana's middle."),
      other: (page) => page.replace("Middle.", "Bob's middle."),
    });

    expect(await tree.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 1 });

    expect(await tree.conflicts()).toEqual([PAGE]);
    const ours = pageOf("WP01").replace("planned", "claimed");
    expect(tree.read(PAGE)).toBe(
      ours.replace("Middle.", "<<<<<<< ours\nAna's middle.\n=======\nBob's middle.\n>>>>>>> theirs"),
    );
    // What stands in a page never stops an emit.
    const answer = await tree.lane("emit WP01 --to in_progress --actor ana --json");
    expect(answer.json).toMatchObject({
      ok: true,
      data: { lane: "in_progress", views: "failed" },
      warnings: [{ message: `${PAGE} is left as it is: it holds git conflict markers` }],
    });
    tree.write(PAGE, ours.replace("Middle.", "Our middle."));
    await tree.act("materialize");
    await tree.commit("merged");
    await tree.expectDerived({ WP01: "in_progress", WP02: "claimed", WP03: "claimed" });
    expect(await tree.codes()).toEqual([]);
  });
});

describe.each(["attributes only", "not set up"] as const)("%s:", (set_up) => {
  test.concurrent("conflicts in snapshot and page stop no emit where the log is sound, and the messages mend all", async () => {
    using ground = await makeGround(set_up);
    const main = ground.main;
    const tree = await ground.clone("fresh");
    await diverge(tree, { main: (page) => page, other: (page) => page.replace("Last line.", "Last.") });

    expect(await tree.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 1 });

    const conflicts = [PAGE, SNAPSHOT];
    expect(await tree.conflicts()).toEqual(
      set_up === "not set up" ? [LOG, SNAPSHOT, PAGE] : conflicts.reverse(),
    );
    expect(await mendAsTold(tree)).toBe(set_up === "not set up");
    await tree.expectDerived({ WP01: "blocked", WP02: "claimed", WP03: "claimed" });
    expect(tree.read(PAGE)).toBe(pageOf("WP01").replace("planned", "blocked").replace("Last line.", "Last."));
    expect(await tree.codes()).toEqual([]);
    await tree.commit("merged");
    await tree.emit("WP01 --to in_progress --actor ana");
    expect(main.ids()).toEqual([]);
  });

  test.concurrent("a conflict in a page's text is left to its author, and the lane beside it is settled", async () => {
    using ground = await makeGround(set_up);
    const tree = await ground.clone("fresh");
    await diverge(tree, {
      main: (page) => page.replace("Middle.", "Ana's middle."),
      other: (page) => page.replace("Middle.", "Bob's middle."),
    });
    await tree.tryGit("merge", "--no-edit", "other");

    await mendAsTold(tree);

    const settled = tree.read(PAGE);
    expect(settled).toStartWith(
      "---\nwork_package_id: WP01\ntitle: Title\nlane: blocked\n---\n\nFirst line.\n\n<<<<<<< HEAD\n",
    );
    expect(settled).toContain("Ana's middle.\n=======\nBob's middle.\n>>>>>>> other\n");
    const [drift, ...others] = (await tree.findings()).filter(({ severity }) => severity !== "information");
    expect(others).toEqual([]);
    expect(drift).toMatchObject({ code: "VIEW_DRIFT", file: PAGE });
    expect(drift?.remedy).toBe(
      `lane doctor --fix --feature ${FEATURE} shows what it would settle; the rest is yours to merge`,
    );
  });
});

test.concurrent("conflicts in the style that shows the base are mended too", async () => {
  using ground = await makeGround("not set up");
  const { main: tree } = ground;
  await tree.emitAndCommit("WP01 --to claimed --actor ana");
  await tree.git("config", "merge.conflictStyle", "diff3");
  const all = await diverge(tree, { main: (page) => page, other: (page) => page });
  expect(await tree.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 1 });
  expect(tree.read(LOG)).toContain("\n||||||| ");

  expect(await mendAsTold(tree)).toBe(true);

  expect(tree.ids()).toHaveLength(5);
  expect(tree.ids()).toEqual(expect.arrayContaining(all));
  expect(await tree.codes()).toEqual([]);
  await tree.expectDerived({ WP01: "blocked" });
});

test.concurrent("a criss-cross in the style that shows the base, which nests longer markers, is mended too", async () => {
  using ground = await makeGround("not set up");
  const { main: tree } = ground;
  await tree.git("config", "merge.conflictStyle", "diff3");
  const all = await tree.emitAndCommit("WP01 --to claimed --actor ana");
  for (const branch of ["a", "b"]) {
    await tree.git("checkout", "--quiet", "-b", branch, "main");
    all.push(...(await tree.emitAndCommit(`WP01 --to blocked --actor ${branch}`)));
  }
  await tree.git("branch", "old-a", "a");
  for (const [branch, other] of [
    ["a", "b"],
    ["b", "old-a"],
  ] as const) {
    await tree.git("checkout", "--quiet", branch);
    expect(await tree.tryGit("merge", "--no-edit", other)).toMatchObject({ code: 1 });
    await mendAsTold(tree);
    await tree.commit("merged");
    all.push(...(await tree.emitAndCommit(`WP01 --to in_progress --actor ${branch}`)));
  }
  expect(await tree.tryGit("merge", "--no-edit", "a")).toMatchObject({ code: 1 });
  expect(tree.read(LOG)).toContain("\n<<<<<<<<< ");
  const errors = (await tree.findings()).filter(({ severity }) => severity === "error");
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["LOG_CONFLICT_MARKERS"]));

  await mendAsTold(tree);

  expect(tree.ids()).toEqual(idsOf(all));
  expect(await tree.codes()).toEqual([]);
  await tree.expectDerived({ WP01: "in_progress" });
});

describe("git merge -X, not set up:", () => {
  for (const [option, kept, lane] of [
    ["ours", "main", "claimed"],
    ["theirs", "other", "blocked"],
  ] as const) {
    test.concurrent(`-X ${option} drops the events of the other side; validate names what still shows it`, async () => {
      using ground = await makeGround("not set up");
      const { main: tree } = ground;
      await tree.emitAndCommit("WP01 --to claimed --actor ana", "WP01 --to in_progress --actor ana");
      await diverge(tree, { main: (page) => page, other: (page) => page }, "--force --reason x");
      const expected = await tree.git("show", `${kept}:${LOG}`);

      expect(await tree.tryGit("merge", "--no-edit", "-X", option, "other")).toMatchObject({ code: 0 });

      expect(tree.read(LOG)).toBe(expected);
      // The page of a work package that only the other side moved came along; its event did not.
      const page = option === "ours" ? "WP03" : "WP02";
      const shown = (await tree.findings()).filter(({ code }) => code === "PAGE_WITHOUT_EVENT");
      expect(shown).toMatchObject([{ wp: page, message: `${page} has no event, but its page says claimed` }]);
      expect(JSON.parse(tree.read(SNAPSHOT)).work_packages.WP01.lane).toBe(lane);
      expect((await tree.emit("WP01 --to canceled --actor ana")).from_lane).toBe(lane);
    });
  }

  test.concurrent("with lane init neither option drops an event", async () => {
    using ground = await makeGround("set up");
    const { main: tree } = ground;
    const all = await diverge(tree, { main: (page) => page, other: (page) => page });
    await tree.git("checkout", "--quiet", "-b", "again");
    for (const [branch, option] of [
      ["again", "ours"],
      ["main", "theirs"],
    ] as const) {
      await tree.git("checkout", "--quiet", branch);
      await mergeCleanly(tree, "-X", option, "other");
      expect(tree.ids()).toEqual(all);
      await tree.act("materialize");
      await tree.expectDerived({ WP01: "blocked", WP02: "claimed", WP03: "claimed" });
      await tree.commit();
    }
  });
});

describe("git checkout of one side's log", () => {
  for (const [option, lost_wp] of [
    ["--ours", "WP03"],
    ["--theirs", "WP02"],
  ] as const) {
    test.concurrent(`${option} loses the other side's events; validate sees snapshot and pages that tell of them`, async () => {
      using ground = await makeGround("not set up");
      const { main: tree } = ground;
      await tree.emitAndCommit("WP01 --to claimed --actor ana", "WP01 --to in_progress --actor ana");
      const all = await diverge(tree, { main: (page) => page, other: (page) => page }, "--force --reason x");
      await tree.tryGit("merge", "--no-edit", "other");

      await tree.git("checkout", option, LOG);

      expect(tree.ids()).toHaveLength(4);
      const found = await tree.findings();
      expect(found.map(({ code, file, wp }) => `${code} ${file} ${wp}`)).toEqual([
        `PAGE_WITHOUT_EVENT ${pagePath(lost_wp)} ${lost_wp}`,
        `SNAPSHOT_DRIFT ${SNAPSHOT} null`,
        `VIEW_DRIFT ${PAGE} WP01`,
      ]);
      expect(found[0]?.message).toBe(`${lost_wp} has no event, but its page says claimed`);
      // The way back: as git left it, mended.
      await tree.git("checkout", "--merge", LOG);
      expect(await mendAsTold(tree)).toBe(true);
      expect(tree.ids()).toEqual(expect.arrayContaining(all));
      expect(await tree.codes()).toEqual([]);
    });
  }

  test.concurrent("what somebody built on a lost event is told by the event that misses it", async () => {
    using ground = await makeGround("not set up");
    const { main: tree } = ground;
    const [claimed] = await tree.emitAndCommit(...wayTo("claimed"));
    await tree.emitAndCommit("WP01 --to in_progress --actor ana");
    const lines = tree.read(LOG).split("\n");
    tree.write(LOG, lines.slice(1).join("\n"));
    expect(await tree.codes()).toEqual(["PARENT_UNKNOWN", "SNAPSHOT_DRIFT"]);
    const [found] = (await tree.findings()).filter(({ code }) => code === "PARENT_UNKNOWN");
    expect(found).toMatchObject({ line: 1, wp: "WP01" });
    expect(found?.message).toContain(claimed?.event_id ?? "nothing");
  });
});

describe("a host's own union", () => {
  test.concurrent("lines that stand there twice count once, and doctor drops them", async () => {
    using ground = await makeGround("set up");
    const { main: tree } = ground;
    await tree.emitAndCommit(...wayTo("in_progress"));
    const log = tree.read(LOG);
    const [first = "", second = ""] = log.split("\n");
    tree.write(LOG, `${second}\n${log}${first}\n`);
    expect(await tree.codes()).toEqual([]);
    const twice = (await tree.findings()).filter(({ code }) => code === "DUPLICATE_LINE");
    expect(twice.map(({ line }) => line)).toEqual([3, 4]);
    await tree.expectDerived({ WP01: "in_progress" });
    const next = await tree.emit("WP01 --to for_review --actor ana");
    await tree.act("doctor --fix --apply");
    expect(tree.ids()).toHaveLength(3);
    expect(tree.tip()).toEqual({ lane: "for_review", last_event_id: next.event_id });
  });

  test.concurrent("two events joined in one line, where a last line had no end, are refused at that line", async () => {
    using ground = await makeGround("set up");
    const { main: tree } = ground;
    await tree.emitAndCommit(...wayTo("for_review"));
    const [first = "", ...others] = tree.read(LOG).split("\n");
    tree.write(LOG, `${first}\n${others.join("")}\n`);
    const refused = await tree.lane("emit WP01 --to canceled --actor ana --json");
    expect(refused.code).toBe(3);
    expect(refused.json).toMatchObject({
      error: {
        code: "LOG_CORRUPT",
        details: { line: 2, byte_offset: first.length + 1, finding: "LOG_LINE_INVALID" },
      },
    });
    const damage = (await tree.findings()).filter(({ severity }) => severity === "error");
    expect(damage).toMatchObject([{ code: "LOG_LINE_INVALID", line: 2 }]);
    const before = tree.read(LOG);
    // Nobody guesses where one event ends: that line is put right by hand.
    expect((await tree.lane("doctor --fix --apply")).code).toBe(1);
    expect(tree.read(LOG)).toBe(before);
    tree.write(LOG, before.replaceAll("}{", "}\n{"));
    expect(await tree.codes()).toEqual([]);
  });

  test.concurrent("a last line without its end is read, also where the next event follows", async () => {
    using ground = await makeGround("not set up");
    const { main: tree } = ground;
    await tree.emitAndCommit(...wayTo("claimed"));
    tree.write(LOG, tree.read(LOG).trimEnd());
    await tree.commit("by an editor");
    const all = await diverge(tree, { main: (page) => page, other: (page) => page });
    expect(await tree.tryGit("merge", "--no-edit", "other")).toMatchObject({ code: 1 });
    expect(await mendAsTold(tree)).toBe(true);
    expect(tree.ids()).toEqual(expect.arrayContaining(all));
    expect(tree.ids()).toHaveLength(5);
    expect(await tree.codes()).toEqual([]);
  });
});

test.concurrent("a log that only one side has, and a feature that only one side has, come along", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await tree.git("checkout", "--quiet", "-b", "other");
  await tree.emitAndCommit(...wayTo("claimed"));
  await tree.act("new 002-lexer");
  await tree.act(["add", "First", "--feature", "002-lexer"]);
  await tree.act("emit WP01 --to claimed --actor bob --feature 002-lexer");
  await tree.commit();
  await tree.git("checkout", "--quiet", "main");
  expect(existsSync(join(tree.root, FOLDER, "status.events.jsonl"))).toBe(false);
  await tree.commit("an own commit");
  await mergeCleanly(tree, "other");
  await tree.expectDerived({ WP01: "claimed" });
  await tree.act("validate --all");
});

type Edit = (page: string) => string;

/**
 * One work package moved by both sides, one by each alone; WP01's page edited by both.
 * @returns the ids of the events of both, sorted
 */
async function diverge(tree: Tree, edits: { main: Edit; other: Edit }, force = ""): Promise<string[]> {
  await tree.git("branch", "other");
  const first = force === "" && tree.events().length === 0 ? "claimed" : "claimed --force --reason again";
  const ours = await tree.emitAndCommit(
    `WP02 --to claimed --actor ana ${force}`,
    `WP01 --to ${first} --actor ana`,
  );
  await edit(tree, edits.main);
  await tree.git("checkout", "--quiet", "other");
  const theirs = await tree.emitAndCommit(
    `WP03 --to claimed --actor bob ${force}`,
    `WP01 --to blocked --actor bob`,
  );
  await edit(tree, edits.other);
  await tree.git("checkout", "--quiet", "main");
  return idsOf([...ours, ...theirs]);
}

async function edit(tree: Tree, change: Edit): Promise<void> {
  tree.write(PAGE, change(tree.read(PAGE)));
  await tree.commit("text");
}
