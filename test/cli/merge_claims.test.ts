/** Clones and branches that moved the same work package: what a real merge makes of it, either way round. */

import { describe, expect, test } from "bun:test";
import type { StatusEvent } from "../../src/domain/event.ts";
import {
  APPROVE,
  idsOf,
  LOG,
  makeGround,
  mendAsTold,
  mergeCleanly,
  REJECT,
  type SetUp,
  SNAPSHOT,
  stateOf,
  type Tree,
  wayTo,
} from "../support/merging.ts";

const SET_UPS: readonly SetUp[] = ["set up", "attributes only", "not set up"];

describe.each(SET_UPS)("two clones that claim the same work package, %s:", (set_up) => {
  test.concurrent("merged either way round they agree: the later one has it, the other is superseded, none is lost", async () => {
    using ground = await makeGround(set_up);
    const [ana, bob] = [await ground.clone("ana"), await ground.clone("bob")];
    const [by_ana] = await ana.emitAndCommit("WP01 --to claimed --actor ana");
    const [by_bob] = await bob.emitAndCommit("WP01 --to claimed --actor bob");
    if (by_ana === undefined || by_bob === undefined) throw new Error("both claimed");

    await ana.git("fetch", "--quiet", bob.root, "HEAD");
    await bob.git("fetch", "--quiet", ana.root, "HEAD");
    const states: string[] = [];
    for (const tree of [ana, bob]) {
      await merge(tree, set_up, "FETCH_HEAD");
      expect(tree.ids()).toEqual(idsOf([by_ana, by_bob]));
      expect(tree.tip()).toEqual({ lane: "claimed", last_event_id: by_bob.event_id });
      expect(await tree.superseded()).toEqual({ [by_ana.event_id]: by_bob.event_id });
      states.push(tree.read(SNAPSHOT));
    }
    expect(states[0]).toBe(states[1] ?? "");
    expect(JSON.parse(states[0] ?? "")).toMatchObject({
      event_count: 2,
      work_packages: { WP01: { lane: "claimed", actor: "bob", last_event_id: by_bob.event_id } },
    });
    const next = await ana.emit("WP01 --to in_progress --actor ana");
    expect(next.parent_event_ids).toEqual(idsOf([by_ana, by_bob]));
    expect(await ana.superseded()).toEqual({ [by_ana.event_id]: by_bob.event_id });
    await ana.expectDerived({ WP01: "in_progress" });
  });
});

/** What happens on two branches that start from work in review, oldest first. */
interface Contest {
  readonly says: string;
  readonly moves: readonly (readonly ["forward" | "back", string])[];
  readonly lane: string;
  /** The numbers of the moves that lose, each with the one that beat it. */
  readonly lost: Readonly<Record<number, number>>;
}

const AGAIN = "WP01 --to for_review --actor ana";
const CONTESTS: readonly Contest[] = [
  {
    says: "done, then a rollback",
    moves: [
      ["forward", APPROVE],
      ["back", REJECT],
    ],
    lane: "in_progress",
    lost: { 0: 1 },
  },
  {
    says: "a rollback, then done",
    moves: [
      ["back", REJECT],
      ["forward", APPROVE],
    ],
    lane: "in_progress",
    lost: { 1: 0 },
  },
  {
    says: "a rollback, review again, then done that never saw it",
    moves: [
      ["back", REJECT],
      ["back", AGAIN],
      ["forward", APPROVE],
    ],
    lane: "for_review",
    lost: { 2: 0 },
  },
  {
    says: "done, then a rollback that never saw it and review again",
    moves: [
      ["forward", APPROVE],
      ["back", REJECT],
      ["back", AGAIN],
    ],
    lane: "for_review",
    lost: { 0: 1 },
  },
  {
    says: "a rollback, review again, done that never saw it, opened again by force and done once more",
    moves: [
      ["back", REJECT],
      ["back", AGAIN],
      ["forward", APPROVE],
      ["forward", "WP01 --to for_review --actor fay --force --reason slip"],
      ["forward", APPROVE],
    ],
    lane: "for_review",
    lost: { 2: 0, 3: 0, 4: 0 },
  },
];

for (const set_up of ["set up", "not set up"] as const) {
  for (const { says, moves, lane, lost } of CONTESTS) {
    test.concurrent(`a rollback on one branch wins over done on the other: ${says}; ${set_up}`, async () => {
      using ground = await makeGround(set_up);
      const { main: tree } = ground;
      const before = await tree.emitAndCommit(...wayTo("for_review"));
      for (const side of ["forward", "back"]) await tree.git("branch", side);
      const made: StatusEvent[] = [];
      for (const [side, words] of moves) {
        await tree.git("checkout", "--quiet", side);
        made.push(...(await tree.emitAndCommit(words)));
      }
      const id = (number: number | string) => made[Number(number)]?.event_id ?? "";
      const losses = Object.fromEntries(Object.entries(lost).map(([loser, by]) => [id(loser), id(by)]));
      const states: string[] = [];
      for (const [side, other] of [
        ["forward", "back"],
        ["back", "forward"],
      ] as const) {
        await tree.git("checkout", "--quiet", "-b", `merged-${side}`, side);
        await merge(tree, set_up, other);
        expect(tree.tip().lane).toBe(lane);
        expect(await tree.superseded()).toEqual(losses);
        expect(tree.ids()).toEqual(idsOf([...before, ...made]));
        states.push(tree.read(SNAPSHOT));
      }
      expect(states[0]).toBe(states[1] ?? "");
      // The next event knows of all, and nothing that was overruled comes back.
      const next = await tree.emit(lane === "for_review" ? APPROVE : AGAIN);
      expect(known(next, tree.events())).toEqual(idsOf([...before, ...made, next]));
      expect(await tree.superseded()).toEqual(losses);
      await tree.expectDerived({ WP01: next.to_lane });
    });
  }
}

test.concurrent("work that is finished on one branch is not undone by a later move that never saw it", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await tree.emitAndCommit(...wayTo("for_review"));
  await tree.git("branch", "other");
  const [done] = await tree.emitAndCommit(APPROVE);
  await tree.git("checkout", "--quiet", "other");
  const [blocked] = await tree.emitAndCommit("WP01 --to blocked --actor bob");

  await merge(tree, "set up", "main");

  expect(tree.tip()).toEqual({ lane: "done", last_event_id: done?.event_id ?? "" });
  expect(await tree.superseded()).toEqual({ [blocked?.event_id ?? ""]: done?.event_id ?? "" });
  expect(await tree.lane("emit WP01 --to in_progress --actor bob")).toMatchObject({ code: 1 });
});

test.concurrent("three rounds of work and merging between two clones: every emit takes effect and knows all before it", async () => {
  using ground = await makeGround("set up");
  const [ana, bob] = [await ground.clone("ana"), await ground.clone("bob")];
  const all: StatusEvent[] = [];
  for (const round of [1, 2, 3]) {
    const force = `--force --reason round-${round}`;
    all.push(...(await ana.emitAndCommit(`WP01 --to claimed --actor ana ${force}`)));
    all.push(...(await bob.emitAndCommit(`WP01 --to in_progress --actor bob ${force}`)));
    await pull(ana, bob);
    // The merge stands in one clone alone when the next event is made there.
    const next = await ana.emit(`WP01 --to planned --actor ana ${force}`);
    all.push(next);
    expect(known(next, ana.events())).toEqual(idsOf(all));
    await ana.commit();
    await pull(bob, ana);
    expect(bob.ids()).toEqual(idsOf(all));
    expect(await stateOf(bob)).toBe(await stateOf(ana));
  }
});

/** Merges a commit, mends what is to be mended by what lane says, and commits. */
async function merge(tree: Tree, set_up: SetUp, commit: string): Promise<void> {
  if (set_up === "set up") {
    await mergeCleanly(tree, commit);
  } else {
    expect(await tree.tryGit("merge", "--no-edit", commit)).toMatchObject({ code: 1 });
    const conflicts = await tree.conflicts();
    expect(conflicts).toContain(SNAPSHOT);
    // A union needs no set-up of the clone.
    expect(conflicts.includes(LOG)).toBe(set_up === "not set up");
    expect(await mendAsTold(tree)).toBe(set_up === "not set up");
  }
  await tree.act("materialize");
  await tree.commit("merged");
}

async function pull(into: Tree, from: Tree): Promise<void> {
  await into.git("fetch", "--quiet", from.root, "HEAD");
  await mergeCleanly(into, "FETCH_HEAD");
}

/** The ids of an event and of all that it knew, sorted. */
function known(event: StatusEvent, events: readonly StatusEvent[]): string[] {
  const by_id = new Map(events.map((one) => [one.event_id, one]));
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const parent of by_id.get(id)?.parent_event_ids ?? []) visit(parent);
  };
  visit(event.event_id);
  return [...found].sort();
}
