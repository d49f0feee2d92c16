/** The less common ways in which histories meet: octopus, criss-cross, stash, worktrees, migration on both sides. */

import { expect, test } from "bun:test";
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
  stateOf,
  Tree,
  wayTo,
} from "../support/merging.ts";

const TASKS = `${FOLDER}/tasks.md`;

test.concurrent("an octopus, for which git asks no driver, is refused by git or by lane, and nothing is lost", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  const branches = ["a", "b", "c"];
  const all = await tree.emitAndCommit("WP03 --to claimed --actor ana");
  for (const branch of branches) {
    await tree.git("checkout", "--quiet", "-b", branch, "main");
    all.push(...(await tree.emitAndCommit(`WP01 --to claimed --actor ${branch}`)));
  }
  await tree.git("checkout", "--quiet", "main");
  const ids = tree.ids();

  expect(await tree.tryGit("merge", "--no-edit", ...branches)).toMatchObject({ code: 2 });
  expect(tree.ids()).toEqual(ids);
  expect(await tree.git("status", "--porcelain")).toBe("");
  expect(await tree.tryGit("merge", "--no-edit", "a", "b")).toMatchObject({ code: 1 });
  expect(await mendAsTold(tree)).toBe(true);
  await tree.commit("merged");
  expect((await tree.git("rev-list", "--parents", "-1", "HEAD")).split(" ").length).toBeGreaterThan(2);
  await mergeCleanly(tree, "c");

  expect([...new Set(tree.ids())]).toEqual(idsOf(all));
  await tree.act("materialize");
  await tree.expectDerived({ WP01: "claimed", WP03: "claimed" });
  const claims = idsOf(all.filter(({ wp_id }) => wp_id === "WP01"));
  expect(tree.tip().last_event_id).toBe(claims.at(-1) ?? "");
  expect((await tree.emit("WP01 --to in_progress --actor ana")).parent_event_ids).toEqual(claims);
});

test.concurrent("an octopus of branches that moved different features is one commit, and each is what its log says", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  const features = ["002-b", "003-c", "004-d"];
  for (const feature of features) {
    await tree.act(`new ${feature}`);
    await tree.act(["add", "First", "--feature", feature]);
  }
  await tree.commit();
  for (const feature of features) {
    await tree.git("checkout", "--quiet", "-b", feature, "main");
    await tree.act(`emit WP01 --to claimed --actor ana --feature ${feature}`);
    await tree.commit();
  }
  await tree.git("checkout", "--quiet", "main");

  await mergeCleanly(tree, ...features);

  expect((await tree.git("rev-list", "--parents", "-1", "HEAD")).split(" ")).toHaveLength(
    1 + features.length,
  );
  await tree.act("materialize --all --check");
  await tree.act("validate --all");
  for (const feature of features)
    await tree.act(`emit WP01 --to in_progress --actor ana --feature ${feature}`);
});

test.concurrent("a criss-cross of merges, each with an event on top, ends in one state on both sides", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  const all = await tree.emitAndCommit(...wayTo("for_review"));
  await tree.git("branch", "a");
  await tree.git("branch", "b");
  const on = async (branch: string, words: string, merged?: string) => {
    await tree.git("checkout", "--quiet", branch);
    if (merged !== undefined) await mergeCleanly(tree, merged);
    all.push(...(await tree.emitAndCommit(words)));
  };
  await on("a", "WP01 --to in_progress --actor rex --review-ref PR-7");
  await on("b", "WP01 --to done --actor fay --reviewer fay");
  await tree.git("branch", "old-a", "a");
  await on("a", "WP01 --to for_review --actor ana", "b");
  await on("b", "WP01 --to blocked --actor bob", "old-a");

  const states: string[] = [];
  for (const [ours, theirs] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    await tree.git("checkout", "--quiet", "-b", `${ours}-last`, ours);
    await mergeCleanly(tree, theirs);
    expect([...new Set(tree.ids())]).toEqual(idsOf(all));
    states.push(await stateOf(tree));
    await tree.expectDerived({ WP01: "blocked" });
    await tree.commit();
  }

  expect(states[0]).toBe(states[1] ?? "");
});

test.concurrent("a fast-forward brings the other clone's state, and nothing is left to renew", async () => {
  using ground = await makeGround("set up");
  const clone = await ground.clone("ana");
  const all = await ground.main.emitAndCommit(...wayTo("in_progress"));
  await clone.git("pull", "--quiet", "--ff-only");
  expect(clone.ids()).toEqual(idsOf(all));
  await clone.expectDerived({ WP01: "in_progress" });
  expect(await clone.codes()).toEqual([]);
  await clone.emit("WP01 --to for_review --actor ana");
});

for (const set_up of ["set up", "not set up"] as const) {
  test.concurrent(`a stash of an event that comes back beside another one loses neither; ${set_up}`, async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    await tree.emitAndCommit("WP03 --to claimed --actor ana");
    const aside = await tree.emit("WP01 --to claimed --actor ana");
    await tree.git("stash", "--quiet");
    const [newer] = await tree.emitAndCommit("WP01 --to blocked --actor bob");

    const { code } = await tree.tryGit("stash", "pop");

    expect(code === 0).toBe(set_up === "set up");
    if (code !== 0) await mendAsTold(tree);
    await tree.act("materialize");
    expect(tree.ids()).toEqual(expect.arrayContaining([aside.event_id, newer?.event_id]));
    expect(tree.tip()).toEqual({ lane: "blocked", last_event_id: newer?.event_id ?? "" });
    await tree.commit();
    await tree.expectDerived({ WP01: "blocked", WP03: "claimed" });
    expect((await tree.emit("WP01 --to in_progress --actor ana")).parent_event_ids).toHaveLength(2);
  });
}

test.concurrent("emits in two worktrees of one clone go to one log, and exactly one of two claims is recorded", async () => {
  using ground = await makeGround("set up");
  const { main } = ground;
  await main.git("worktree", "add", "--quiet", "../one");
  await main.git("worktree", "add", "--quiet", "../two");
  const trees = [new Tree(ground.beside("one")), new Tree(ground.beside("two"))];

  const answers = await Promise.all(
    trees.map((tree, i) => tree.lane(`emit WP01 --to claimed --actor agent-${i} --json`)),
  );

  expect(answers.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(main.events()).toHaveLength(1);
  for (const tree of trees) {
    expect(tree.events()).toEqual([]);
    expect(await tree.git("status", "--porcelain")).toBe("");
  }
  const winner = main.events()[0]?.actor;
  await trees[0]?.act("emit WP01 --to in_progress --actor ana");
  expect(main.events()).toMatchObject([{ actor: winner }, { actor: "ana" }]);
  await main.expectDerived({ WP01: "in_progress" });
});

test.concurrent("what is emitted with --here in a worktree is merged like any other branch", async () => {
  using ground = await makeGround("set up");
  const { main } = ground;
  const before = await main.emitAndCommit(...wayTo("in_progress"));
  await main.git("worktree", "add", "--quiet", "../one");
  const one = new Tree(ground.beside("one"));
  await one.act("emit WP01 --to for_review --actor ana --here");
  await one.act("emit WP01 --to done --actor fay --reviewer fay --here");
  expect(main.ids()).toEqual(idsOf(before));
  const here = one.events().slice(2);
  await one.commit();
  const [blocked] = await main.emitAndCommit("WP01 --to blocked --actor bob");

  await mergeCleanly(main, "one");

  await main.act("materialize");
  expect(main.ids()).toEqual(idsOf([...before, ...here, ...(blocked ? [blocked] : [])]));
  // Its clock is the later one, but it did not know that the work was finished.
  await main.expectDerived({ WP01: "done" });
  expect(await main.superseded()).toEqual({ [blocked?.event_id ?? ""]: here[1]?.event_id ?? "" });
  // And the other way round.
  await main.commit();
  await mergeCleanly(one, "main");
  await one.act("materialize --here");
  expect(one.read(SNAPSHOT)).toBe(main.read(SNAPSHOT));
});

for (const set_up of ["set up", "attributes only", "not set up"] as const) {
  test.concurrent(`two clones that migrate alone and merge have one event for each work package; ${set_up}`, async () => {
    const history = 'history:\n- timestamp: "2025-11-02T10:00:00Z"\n  lane: planned\n';
    const page = (wp: string, lane: string) =>
      pageOf(wp).replace("lane: planned\n", `lane: ${lane}\n${history}`);
    using ground = await makeGround(set_up, {
      [pagePath("WP01")]: page("WP01", "done").replace("history", "reviewed_by: ana\nhistory"),
      [pagePath("WP02")]: page("WP02", "doing"),
      [pagePath("WP03")]: pageOf("WP03").replace("planned", "for_review"),
    });
    const [ana, bob] = [await ground.clone("ana"), await ground.clone("bob")];
    for (const tree of [ana, bob]) {
      await tree.act("migrate --all --apply");
      await tree.commit(`migrated in ${tree.root}`);
    }
    expect(ana.read(LOG)).toBe(bob.read(LOG));
    // One of them went on before they meet.
    const moved = await bob.emit("WP02 --to for_review --actor bob");
    await bob.commit();
    await ana.git("fetch", "--quiet", bob.root, "HEAD");

    const { code } = await ana.tryGit("merge", "--no-edit", "FETCH_HEAD");

    expect(code === 0).toBe(set_up === "set up");
    if (code !== 0) expect(await mendAsTold(ana)).toBe(set_up === "not set up");
    expect(ana.ids()).toHaveLength(3 + 1);
    expect(new Set(ana.ids()).size).toBe(3 + 1);
    await ana.act("materialize");
    await ana.expectDerived({ WP01: "done", WP02: "for_review", WP03: "for_review" });
    expect(await ana.codes()).toEqual([]);
    expect(ana.tip("WP02").last_event_id).toBe(moved.event_id);
    expect(await ana.act("migrate")).toStartWith(`${FEATURE}  skipped`);
  });
}

test.concurrent("a table in tasks.md that both sides renewed does not conflict, and is made anew after the merge", async () => {
  const tasks = "# Tasks\n\n<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n\n## WP01\n\nText.\n";
  using ground = await makeGround("set up", { [TASKS]: tasks });
  const { main: tree } = ground;
  await tree.emitAndCommit("WP03 --to claimed --actor ana");
  await tree.git("branch", "other");
  await tree.emitAndCommit("WP01 --to claimed --actor ana");
  await tree.git("checkout", "--quiet", "other");
  await tree.emitAndCommit("WP02 --to blocked --actor bob");
  await tree.git("checkout", "--quiet", "main");

  await tree.tryGit("merge", "--no-edit", "other");
  expect(await tree.conflicts()).toEqual([]);
  const [found] = (await tree.findings()).filter(({ file }) => file === TASKS);
  expect(found).toMatchObject({ code: "VIEW_DRIFT", remedy: `lane materialize --feature ${FEATURE}` });
  await tree.act("materialize");

  const rows = tree
    .events()
    .map(({ wp_id, to_lane, actor, at }) => `| ${wp_id} | Title | ${to_lane} | ${actor} | ${at} |\n`);
  const head = "| WP | Title | Lane | Actor | Since |\n| --- | --- | --- | --- | --- |\n";
  const table = `${head}${rows.sort().join("")}`;
  expect(tree.read(TASKS)).toBe(tasks.replace("status -->\n", `status -->\n${table}`));
  expect(await tree.codes()).toEqual([]);
});
