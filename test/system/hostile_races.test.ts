/** A file that is swapped for a link out of the project again and again, while lane reads and writes it. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { breaksOf, type Caller, type Ground, makeGround } from "../support/hostile_ground.ts";
import { lane } from "../support/lane.ts";
import { SLUG } from "../support/project.ts";

setDefaultTimeout(120_000);

const FEATURE = `kitty-specs/${SLUG}`;
const LOG = `${FEATURE}/status.events.jsonl`;
const LOCK = `.git/lanekeeper/${FEATURE}.lock`;

/** Enough that the moments between a look and the use after it are met very many times. */
const MOVES = Array.from({ length: 150 }, (_, i) => {
  const to = i % 2 === 0 ? "blocked" : "in_progress";
  return `emit WP01 --to ${to} --actor ana --reason x --force`;
});

const RACES: readonly [place: string, target: string][] = [
  [LOG, "status.events.jsonl"],
  [LOG, "empty"],
  [`${FEATURE}/status.json`, "precious"],
  [`${FEATURE}/tasks/WP01-first.md`, "tasks/WP01-first.md"],
  [LOCK, "empty"],
  [LOCK, "nowhere"],
];

test.each(RACES)("%s, swapped for a link to outside/%s: nothing there is touched", async (place, target) => {
  using ground = makeGround();
  await using _ = swap(ground, place, target);
  expect(breaksOf(ground, { calls: MOVES })).toEqual([]);
});

test("a writer that follows links is found out", async () => {
  using ground = makeGround();
  await using _ = swap(ground, LOG, "empty");
  const append: Caller = ({ root }) => {
    Bun.spawnSync(["/bin/sh", "-c", `echo x >> ${LOG}`], { cwd: root });
    return { code: 0, stdout: "", stderr: "", json: undefined, folder: root };
  };
  expect(breaksOf(ground, { calls: MOVES, call: append })).toEqual([
    expect.stringContaining("touched empty"),
  ]);
});

/** Starts the swapping, of a file that is there. */
function swap(ground: Ground, place: string, target: string): AsyncDisposable {
  lane(ground.root, "emit WP02 --to claimed --actor ana", ground);
  const script = join(import.meta.dir, "swap_for_link.ts");
  const child = Bun.spawn([process.execPath, script, join(ground.root, place), join(ground.outside, target)]);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
