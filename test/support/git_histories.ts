/**
 * Random histories in real git: clones (worktrees, which share what git knows) with wrong
 * clocks emit through the pipeline and merge each other, with the merge set-up or without.
 */

import { expect } from "bun:test";
import fc from "fast-check";
import { encodeTime } from "ulid";
import type { Stamp } from "../../src/domain/decide.ts";
import type { StatusEvent } from "../../src/domain/event.ts";
import { instantOf, type Reduction, reduce } from "../../src/domain/reduce.ts";
import { legalTargets, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { emitStatusTransition } from "../../src/pipeline/emit.ts";
import { LANES } from "./histories.ts";
import { FEATURE, LOG, makeGround, type SetUp, SNAPSHOT, Tree } from "./merging.ts";

const DAY_US = 24 * 3_600_000_000;
const NOON_US = Date.UTC(2026, 1, 8, 12) * 1000;
const WPS = ["WP01", "WP01", "WP01", "WP02"];

const CLONE = fc.nat(3);
const EMIT = fc.record({
  clone: CLONE,
  wp_id: fc.constantFrom(...WPS),
  /** Which of the legal targets, or with force which lane. */
  choice: fc.nat(6),
  force: fc.constantFrom(false, false, false, false, true),
  /** A step back when there is one. */
  reject: fc.boolean(),
  /** The same key comes up again, in other clones too. */
  key: fc.constantFrom(null, null, null, null, "k1", "k2"),
});
const MERGE = fc.record({ clone: CLONE, from: CLONE, squash: fc.constantFrom(false, false, false, true) });

export const GIT_HISTORY = fc.record({
  set_up: fc.constantFrom<SetUp>("set up", "set up", "not set up"),
  skews_us: fc.array(fc.constantFrom(0, -1, -60_000_000, -DAY_US, -400 * DAY_US), {
    minLength: 2,
    maxLength: 4,
  }),
  in_review: fc.boolean(),
  commands: fc.array(fc.oneof({ weight: 3, arbitrary: EMIT }, { weight: 1, arbitrary: MERGE }), {
    minLength: 6,
    maxLength: 14,
    size: "max",
  }),
});

export type GitHistory = typeof GIT_HISTORY extends fc.Arbitrary<infer T> ? T : never;
type Emit = typeof EMIT extends fc.Arbitrary<infer T> ? T : never;

/** How much of what came up. */
export interface Counts {
  emits: number;
  rollbacks: number;
  replays: number;
  key_conflicts: number;
  merges: number;
  conflicts: number;
  superseded: number;
}

export function noCounts(): Counts {
  return { emits: 0, rollbacks: 0, replays: 0, key_conflicts: 0, merges: 0, conflicts: 0, superseded: 0 };
}

/** Lets a history happen, merges all clones in two orders, and holds both to all that was emitted. */
export async function liveThrough(history: GitHistory, counts: Counts): Promise<void> {
  using ground = await makeGround(history.set_up);
  const world = new World(history, ground.main, counts);
  await world.begin(ground.beside);
  for (const command of history.commands) {
    const clone = command.clone % world.clones.length;
    if ("from" in command) await world.merge(clone, command.from % world.clones.length, command.squash);
    else await world.emit(clone, command);
  }
  for (const tree of world.clones) await world.commit(tree);
  const heads = await Promise.all(
    world.clones.map(async (tree) => (await tree.git("rev-parse", "HEAD")).trim()),
  );
  const last = world.clones.length - 1;
  const forth = await world.mergeAll(world.clone(0), heads.slice(1));
  await world.expectSound(0);
  const back = await world.mergeAll(world.clone(last), heads.slice(0, last).reverse());
  expect(back).toBe(forth);
  await world.emitOnAll(0);
}

class World {
  readonly clones: Tree[] = [];
  readonly #emitted: StatusEvent[] = [];
  /** Where something was emitted that is not committed yet. */
  readonly #dirty = new Set<Tree>();
  #ids = 0;
  #now_us = NOON_US;

  constructor(
    readonly history: GitHistory,
    readonly main: Tree,
    readonly counts: Counts,
  ) {}

  clone(number: number): Tree {
    return this.clones[number] ?? expect.unreachable();
  }

  async begin(beside: (name: string) => string): Promise<void> {
    if (this.history.in_review) {
      this.clones.push(this.main);
      const steps = { wp_id: "WP01", force: false, reject: false, key: null, clone: 0 };
      for (const choice of [0, 0, 1]) await this.emit(0, { ...steps, choice });
      await this.commit(this.main);
      this.clones.length = 0;
    }
    for (const number of this.history.skews_us.keys()) {
      await this.main.git("worktree", "add", "--quiet", "-b", `c${number}`, beside(`c${number}`));
      this.clones.push(new Tree(beside(`c${number}`)));
    }
  }

  /** Emits, and holds the log to what that must have done. */
  async emit(clone: number, command: Emit): Promise<void> {
    const tree = this.clone(clone);
    const { wp_id, key } = command;
    const before = tree.events();
    const reduction = reduce(before);
    const target = targetOf(reduction, command);
    if (target === undefined) return;
    const request = {
      cwd: tree.root,
      here: true,
      feature: FEATURE,
      wp_id,
      ...target,
      force: command.force,
      actor: `agent-${clone}`,
      reason: "why",
      evidence: { review: { reviewer: "fay", verdict: "approved" } } as const,
      ...(key === null ? {} : { idempotency_key: key }),
    };
    const result = await emitStatusTransition(request, this.#stamp(clone));
    const after = tree.events();
    const [added, ...more] = after.slice(before.length);
    expect(after.slice(0, before.length)).toEqual(before);
    if (!result.ok || result.value.replayed) {
      // Only a key that was used before lets nothing be recorded.
      expect(before.some(({ idempotency_key }) => key !== null && idempotency_key === key)).toBe(true);
      expect(result.ok ? "IDEMPOTENCY_CONFLICT" : result.refusal.code).toBe("IDEMPOTENCY_CONFLICT");
      expect(added).toBeUndefined();
      this.counts[result.ok ? "replays" : "key_conflicts"]++;
      return;
    }
    expect(more).toEqual([]);
    const event = added ?? expect.unreachable();
    expect(event).toEqual({ ...result.value.event });
    const state = reduce(after).work_packages.get(wp_id);
    expect(state).toMatchObject({ lane: target.to_lane, last_event_id: event.event_id });
    expect(known(event, after)).toEqual(distinctIds(after.filter((one) => one.wp_id === wp_id)));
    expect(before.every((one) => instantOf(one) < instantOf(event))).toBe(true);
    if (key !== null) {
      // A lost answer, asked for again.
      const again = await emitStatusTransition(request, this.#stamp(clone));
      expect(again).toMatchObject({
        ok: true,
        value: { replayed: true, event: { event_id: event.event_id } },
      });
      expect(tree.events()).toEqual(after);
      this.counts.replays++;
    }
    this.#emitted.push(event);
    this.#dirty.add(tree);
    this.counts.emits++;
    if (target.review_ref !== null && event.from_lane === "for_review") this.counts.rollbacks++;
  }

  async commit(tree: Tree): Promise<void> {
    if (this.#dirty.delete(tree)) await tree.commit();
  }

  /** One clone gets what another has committed. */
  async merge(clone: number, from: number, squash: boolean): Promise<void> {
    if (clone === from) return;
    await this.commit(this.clone(from));
    await this.#mergeInto(this.clone(clone), `c${from}`, squash);
  }

  /** Merges commits one after another. @returns the snapshot afterwards */
  async mergeAll(tree: Tree, commits: readonly string[]): Promise<string> {
    for (const commit of commits) await this.#mergeInto(tree, commit, false);
    if (this.#emitted.length === 0) return "";
    await tree.act(`materialize --here --feature ${FEATURE}`);
    const events = tree.events();
    expect(distinctIds(events)).toEqual(distinctIds(this.#emitted));
    for (const event of this.#emitted) expect(events).toContainEqual(event);
    return tree.read(SNAPSHOT);
  }

  async expectSound(clone: number): Promise<void> {
    const { json } = await this.clone(clone).lane(`validate --here --feature ${FEATURE} --json`);
    expect(json).toMatchObject({ ok: true, data: { summary: { error: 0, warning: 0 } } });
  }

  /** A last move of each work package takes effect. */
  async emitOnAll(clone: number): Promise<void> {
    for (const { history } of reduce(this.clone(clone).events()).work_packages.values()) {
      this.counts.superseded += history.superseded.size;
      const [{ wp_id }] = [history.tip];
      await this.emit(clone, { clone, wp_id, choice: 0, force: true, reject: false, key: null });
    }
  }

  async #mergeInto(tree: Tree, commit: string, squash: boolean): Promise<void> {
    await this.commit(tree);
    const { code } = await tree.tryGit("merge", "--no-edit", ...(squash ? ["--squash"] : []), commit);
    this.counts.merges++;
    if (code !== 0) {
      this.counts.conflicts++;
      expect(this.history.set_up).toBe("not set up");
      await tree.act(`doctor --fix --apply --here --feature ${FEATURE}`);
    }
    if (code !== 0 || squash) await tree.commit("merged");
    expect(tree.events().length === 0 || !/^[<=>|]/m.test(tree.read(LOG))).toBe(true);
  }

  /** A clock that is wrong, each clone's in its own way, and ids whose order says nothing. */
  #stamp(clone: number): Stamp {
    this.#now_us += 1_000_000;
    const tail = ((++this.#ids * 40_503) % 65_536).toString().padStart(16, "0");
    return {
      now_us: this.#now_us + (this.history.skews_us[clone] ?? 0),
      newEventId: (time_ms) => encodeTime(time_ms, 10) + tail,
    };
  }
}

/** Where a command leads from the state that the clone has; undefined where that is nowhere. */
function targetOf(
  { work_packages }: Reduction,
  { wp_id, choice, force, reject }: Emit,
): { to_lane: string; review_ref: string | null } | undefined {
  const from = work_packages.get(wp_id)?.lane ?? "planned";
  if (reject && !force && from === "for_review") return { to_lane: "in_progress", review_ref: "PR-7" };
  // Work that is given up has no history to speak of: that is to be rare.
  const legal = legalTargets(SEVEN_LANE, from).filter((lane) => lane !== "canceled" || choice === 6);
  const targets = force ? LANES : legal;
  const to_lane = targets[choice % targets.length];
  return to_lane === undefined ? undefined : { to_lane, review_ref: force ? null : "PR-7" };
}

/** The ids of an event and of all that it knew, sorted. */
function known(event: StatusEvent, events: readonly StatusEvent[]): string[] {
  const by_id = new Map(events.map((one) => [one.event_id, one]));
  const found = new Set<string>();
  const left = [event.event_id];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(by_id.get(id)?.parent_event_ids ?? []));
  }
  return [...found].sort();
}

function distinctIds(events: readonly StatusEvent[]): string[] {
  return [...new Set(events.map(({ event_id }) => event_id))].sort();
}

/** Lets histories happen, some at a time; names the first that fails. */
export async function liveThroughAll(histories: readonly GitHistory[], at_once: number): Promise<Counts> {
  const counts = noCounts();
  const left = [...histories.entries()];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [number, history] = next;
      try {
        await liveThrough(history, counts);
      } catch (error) {
        left.length = 0;
        throw new Error(`history ${number}: ${JSON.stringify(history)}`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: at_once }, work));
  return counts;
}
