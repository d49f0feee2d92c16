/** Commits with events that are picked, rebased, squashed and reverted: read rightly, or refused with the remedy. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import {
  idsOf,
  LOG,
  makeGround,
  mendAsTold,
  mergeCleanly,
  pagePath,
  type Tree,
  wayTo,
} from "../support/merging.ts";

/** Ways to bring two commits of the branch `other` to `main`, or `main` to it, and how git goes on after a stop. */
const WAYS: Readonly<Record<string, { calls: readonly string[]; goes_on: string | undefined }>> = {
  "cherry-pick": { calls: ["cherry-pick other~1 other"], goes_on: "cherry-pick --continue" },
  rebase: { calls: ["rebase --quiet other"], goes_on: "rebase --continue" },
  squash: { calls: ["merge --squash other", "commit --quiet --message squashed"], goes_on: undefined },
};

describe.each(["set up", "not set up"] as const)("%s:", (set_up) => {
  for (const [name, { calls, goes_on }] of Object.entries(WAYS)) {
    test.concurrent(`${name} keeps every event, and the next one knows all`, async () => {
      using ground = await makeGround(set_up);
      const { main: tree } = ground;
      const { all, blocked } = await diverge(tree);

      for (const call of calls) {
        let { code } = await tree.tryGit(...call.split(" "));
        expect(code === 0 || set_up === "not set up").toBe(true);
        for (let stops = 0; code !== 0; stops++) {
          expect(stops).toBeLessThan(4);
          await mendAsTold(tree);
          await tree.git("add", "--all");
          code = goes_on === undefined ? 0 : (await tree.tryGit(...goes_on.split(" "))).code;
        }
      }

      expect(await tree.git("status", "--porcelain")).toBe("");
      await tree.act("materialize");
      expect([...new Set(tree.ids())]).toEqual(idsOf(all));
      expect(tree.tip()).toEqual({ lane: "blocked", last_event_id: blocked.event_id });
      const next = await tree.emit("WP01 --to in_progress --actor ana");
      expect(next.parent_event_ids).toEqual(idsOf(all.filter(({ wp_id }) => wp_id === "WP01")));
      await tree.expectDerived({ WP01: "in_progress", WP02: "claimed" });
    });
  }

  test.concurrent("a branch that goes on after it was squashed merges again; what is there twice counts once", async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    const { all } = await diverge(tree);
    const squash = async () => {
      const { code } = await tree.tryGit("merge", "--squash", "other");
      if (code !== 0) await mendAsTold(tree);
      expect(code === 0).toBe(set_up === "set up");
      await tree.commit("squashed");
    };
    await squash();
    await tree.git("checkout", "--quiet", "other");
    const more = await tree.emitAndCommit(
      "WP02 --to in_progress --actor bob",
      "WP03 --to claimed --actor bob",
    );
    await tree.git("checkout", "--quiet", "main");

    await squash();

    await tree.act("materialize");
    expect([...new Set(tree.ids())]).toEqual(idsOf([...all, ...more]));
    expect(await tree.codes()).toEqual([]);
    await tree.expectDerived({ WP01: "blocked", WP02: "in_progress", WP03: "claimed" });
    await tree.emit("WP02 --to for_review --actor ana");
  });

  test.concurrent("a revert of the newest events gives the earlier state, and a merge with who built on them brings them back", async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    const before = await tree.emitAndCommit(...wayTo("claimed"));
    const undone = await tree.emitAndCommit("WP01 --to in_progress --actor ana");
    await tree.git("checkout", "--quiet", "-b", "other");
    const built = await tree.emitAndCommit("WP01 --to for_review --actor ana");
    await tree.git("checkout", "--quiet", "main");

    await tree.git("revert", "--no-edit", "HEAD");

    expect(tree.ids()).toEqual(idsOf(before));
    expect(await tree.codes()).toEqual([]);
    await tree.expectDerived({ WP01: "claimed" });
    const instead = await tree.emitAndCommit("WP01 --to blocked --actor ana");
    expect(instead[0]?.parent_event_ids).toEqual(idsOf(before));
    const { code } = await tree.tryGit("merge", "--no-edit", "other");
    expect(code === 0).toBe(set_up === "set up");
    if (code !== 0) await mendAsTold(tree);
    await tree.act("materialize");
    expect(tree.ids()).toEqual(idsOf([...before, ...undone, ...built, ...instead]));
    // The later one, made by somebody who did not know of the others, stands.
    expect(tree.tip()).toEqual({ lane: "blocked", last_event_id: instead[0]?.event_id ?? "" });
    expect(Object.keys(await tree.superseded()).sort()).toEqual(idsOf([...undone, ...built]));
    expect((await tree.emit("WP01 --to in_progress --actor ana")).parent_event_ids).toEqual(
      idsOf([...built, ...instead]),
    );
  });

  test.concurrent("a revert of events that others follow takes nothing out of the log", async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    await tree.emitAndCommit(...wayTo("claimed"));
    await tree.emitAndCommit("WP01 --to in_progress --actor ana");
    await tree.emitAndCommit("WP02 --to claimed --actor bob");
    await tree.emitAndCommit("WP01 --to for_review --actor ana");
    const ids = tree.ids();

    const { code, stdout } = await tree.tryGit("revert", "--no-edit", "HEAD~2");

    expect(code).toBe(1);
    if (set_up === "set up") {
      expect(stdout).toContain("nothing to commit, working tree clean");
    } else {
      await mendAsTold(tree);
      expect(await tree.conflicts()).toContain(LOG);
      await tree.git("add", "--all");
    }
    expect(tree.ids()).toEqual(ids);
    expect(await tree.codes()).toEqual([]);
    await tree.expectDerived({ WP01: "for_review", WP02: "claimed" });
  });

  test.concurrent("a commit with only the newest of two events is read, and validate says what is missing", async () => {
    using ground = await makeGround(set_up);
    const { main } = ground;
    const [claimed = expect.unreachable()] = await main.emitAndCommit(...wayTo("claimed"));
    const other = await ground.clone("other");
    const [first, second] = [
      await main.emit("WP01 --to in_progress --actor ana"),
      await main.emit("WP01 --to for_review --actor ana"),
    ];
    // As `git add --patch` leaves it.
    const whole = main.read(LOG);
    const part = whole.split("\n").filter((line) => !line.includes(`"event_id": "${first.event_id}"`));
    main.write(LOG, part.join("\n"));
    await main.commit("a part");
    main.write(LOG, whole);

    await other.git("pull", "--quiet", "--ff-only");

    const [missing] = (await other.findings()).filter(({ severity }) => severity !== "information");
    expect(missing).toMatchObject({
      code: "PARENT_UNKNOWN",
      severity: "warning",
      line: 2,
      wp: "WP01",
      event_id: second.event_id,
    });
    expect(missing?.message).toContain(`builds on ${first.event_id}, which is no earlier event of WP01 here`);
    const done = await other.emit("WP01 --to done --actor fay --reviewer fay");
    expect(done).toMatchObject({ from_lane: "for_review", parent_event_ids: idsOf([claimed, second]) });
    await other.commit();
    await main.commit("the rest");
    await other.git("pull", "--quiet", "--no-rebase", "--no-edit");
    await other.act("materialize");
    expect(await other.codes()).toEqual([]);
    expect(other.tip()).toEqual({ lane: "done", last_event_id: done.event_id });
    expect(await other.superseded()).toEqual({});
  });

  test.concurrent("a torn batch counts nowhere, also where a merge put lines behind it", async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    await tree.git("branch", "other");
    const requests = ["claimed", "blocked"].map((to_lane) => JSON.stringify({ wp_id: "WP01", to_lane }));
    tree.write("batch", `${requests.join("\n")}\n`);
    await tree.act("emit --batch batch --actor bob");
    const [first = ""] = tree.read(LOG).split("\n");
    tree.write(LOG, `${first}\n`);
    await tree.commit("half a batch");
    await tree.git("checkout", "--quiet", "other");
    await tree.emitAndCommit("WP02 --to claimed --actor ana");
    await tree.git("checkout", "--quiet", "main");

    await tree.tryGit("merge", "--no-edit", "other");

    if (set_up === "not set up") await tree.lane("doctor --fix --apply");
    expect((await tree.lane("emit WP03 --to claimed --actor ana")).code).toBe(3);
    const [found] = await tree.findings();
    expect(found).toMatchObject({ code: "LOG_TORN", remedy: expect.stringContaining("they go too") });
    tree.write(LOG, tree.read(LOG).replace(`${first}\n`, ""));
    expect(tree.events().map(({ wp_id }) => wp_id)).toEqual(["WP02"]);
    await tree.emit("WP03 --to claimed --actor ana");
  });

  test.concurrent("a batch that is picked onto another branch stays whole", async () => {
    using ground = await makeGround(set_up);
    const { main: tree } = ground;
    await tree.emitAndCommit("WP03 --to claimed --actor ana");
    await tree.git("branch", "other");
    await tree.emitAndCommit("WP03 --to in_progress --actor ana");
    await tree.git("checkout", "--quiet", "other");
    const requests = ["WP01", "WP02"].map((wp_id) => JSON.stringify({ wp_id, to_lane: "claimed" }));
    tree.write("batch", `${requests.join("\n")}\n`);
    await tree.act("emit --batch batch --actor bob");
    await tree.commit("a batch");
    const ids = tree.ids();
    await tree.git("checkout", "--quiet", "main");

    const { code } = await tree.tryGit("cherry-pick", "other");
    expect(code === 0).toBe(set_up === "set up");
    if (code !== 0) {
      await mendAsTold(tree);
      await tree.commit("picked");
    }

    expect(tree.ids()).toEqual(expect.arrayContaining(ids));
    expect(tree.ids()).toHaveLength(ids.length + 1);
    await tree.act("materialize");
    await tree.expectDerived({ WP01: "claimed", WP02: "claimed", WP03: "in_progress" });
    await tree.commit("renewed");
    // The branch that has it goes on, and is merged: its lines may stand there twice now.
    await tree.git("checkout", "--quiet", "other");
    await tree.emitAndCommit("WP02 --to in_progress --actor bob");
    await tree.git("checkout", "--quiet", "main");
    if (set_up === "set up") await mergeCleanly(tree, "other");
    else {
      await tree.tryGit("merge", "--no-edit", "other");
      await mendAsTold(tree);
    }
    await tree.act("materialize");
    expect(await tree.codes()).toEqual([]);
    expect(tree.tip("WP02").lane).toBe("in_progress");
  });
});

/** One event on `main`, two on the branch `other`, each in a commit of its own; pages changed on both sides. */
async function diverge(tree: Tree): Promise<{ all: StatusEvent[]; blocked: StatusEvent }> {
  await tree.git("branch", "other");
  const ours = await tree.emitAndCommit("WP01 --to claimed --actor ana");
  tree.write(pagePath("WP01"), tree.read(pagePath("WP01")).replace("First line.", "First line, by ana."));
  await tree.commit("text");
  await tree.git("checkout", "--quiet", "other");
  const theirs = [
    ...(await tree.emitAndCommit("WP02 --to claimed --actor bob")),
    ...(await tree.emitAndCommit("WP01 --to blocked --actor bob")),
  ];
  await tree.git("checkout", "--quiet", "main");
  const blocked = theirs[1];
  if (blocked === undefined) throw new Error("two events were made");
  return { all: [...ours, ...theirs], blocked };
}
