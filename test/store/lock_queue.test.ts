import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ok } from "../../src/domain/refusal.ts";
import { withFeatureLock } from "../../src/store/feature_lock.ts";
import { joinQueue } from "../../src/store/lock_queue.ts";
import { answerOf, filesBelow, makeFolder } from "../support/project.ts";

/** A process that has ended, so that nobody has its number. */
function numberOfADead(): number {
  return Bun.spawnSync(["true"]).pid;
}

/** The name of a ticket of a lock, taken so long ago. */
function ticketOf(lock: string, pid: number, ago_ms: number): string {
  return `${basename(lock)}.wait-${(Date.now() - ago_ms) * 1000}-${pid}-1`;
}

function queueAt(lock: string) {
  return joinQueue(lock) ?? expect.unreachable();
}

test("joinQueue() counts who came earlier and still waits", () => {
  using at = makeFolder();
  const lock = join(at.path, "a.lock");
  const first = queueAt(lock);
  using second = queueAt(lock);
  using third = queueAt(lock);
  using other = queueAt(join(at.path, "b.lock"));

  expect([first, second, third, other].map(({ ahead }) => ahead())).toEqual([0, 1, 2, 0]);
  first[Symbol.dispose]();
  expect([second, third].map(({ ahead }) => ahead())).toEqual([0, 1]);
});

test("joinQueue() leaves nothing behind when its place is given back", () => {
  using at = makeFolder();
  queueAt(join(at.path, "a.lock"))[Symbol.dispose]();
  expect(filesBelow(at.path)).toEqual([]);
});

test("joinQueue() sweeps away tickets of the dead, and those a minute old", () => {
  using at = makeFolder();
  const lock = join(at.path, "a.lock");
  writeFileSync(join(at.path, ticketOf(lock, numberOfADead(), 1000)), "");
  writeFileSync(join(at.path, ticketOf(lock, process.pid, 61_000)), "");
  const alive = ticketOf(lock, process.pid, 1000);
  writeFileSync(join(at.path, alive), "");

  using mine = queueAt(lock);

  expect(mine.ahead()).toBe(1);
  expect(filesBelow(at.path)).toHaveLength(2);
  expect(filesBelow(at.path)).toContain(alive);
});

test("joinQueue() neither counts nor removes what only begins like a ticket", () => {
  using at = makeFolder();
  const lock = join(at.path, "a.lock");
  for (const name of ["a.lock.wait-", "a.lock.wait-0", "a.lock.wait-1-2-3", "a.lock.wait-000.jsonl"]) {
    writeFileSync(join(at.path, name), "kept");
  }
  using mine = queueAt(lock);

  expect(mine.ahead()).toBe(0);
  expect(filesBelow(at.path)).toHaveLength(5);
});

test("joinQueue() goes without a place where none can be made", () => {
  using at = makeFolder();
  expect(joinQueue(join(at.path, "gone", "a.lock"))).toBeUndefined();
});

test("withFeatureLock() is got past planted tickets: live ones, a folder, a link", async () => {
  using at = makeFolder();
  const place = { path: join(at.path, "a.lock"), base: at.path };
  writeFileSync(join(at.path, ticketOf(place.path, process.pid, 1000)), "");
  mkdirSync(join(at.path, ticketOf(place.path, numberOfADead(), 2000)));
  symlinkSync("/etc/hostname", join(at.path, ticketOf(place.path, numberOfADead(), 3000)));

  const calls = Array.from({ length: 5 }, () => withFeatureLock(place, 10_000, () => ok("done")));

  for (const call of await Promise.all(calls)) expect(answerOf(call)).toBe("done");
});
