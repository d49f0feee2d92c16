// `lane migrate --apply` killed at random moments: the log is not there, or whole, and the next run completes it.

import { expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment, lane } from "../support/lane.ts";
import { filesBelow, makeProject, treeState } from "../support/project.ts";

const PAGES = 100;
const KILLS = 50;
const NAMES = Array.from({ length: PAGES }, (_, i) => `tasks/WP${String(i + 1).padStart(2, "0")}.md`);
const PAGE = '---\nlane: "doing"\nhistory:\n- timestamp: "2025-11-02T10:00:00Z"\n---\n# A page\n';

test(`migrate --apply of ${PAGES} pages, killed ${KILLS} times, leaves no log or a whole one`, async () => {
  using project = makeProject({ files: {} });
  const reset = () => {
    for (const name of ["status.events.jsonl", "status.json"]) rmSync(project.path(name), { force: true });
    for (const name of NAMES) project.write(name, PAGE);
  };
  reset();
  const start_ms = performance.now();
  lane(project.root, "migrate --apply");
  const usual_ms = performance.now() - start_ms;
  const log = readFileSync(project.log_path, "utf8");
  const after = contentsOf(project.folder);
  expect(log.split("\n")).toHaveLength(PAGES + 1);
  reset();

  const seen = { none: 0, whole: 0, incomplete: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const child = Bun.spawn([LANE, "migrate", "--apply"], { cwd: project.root, env: cleanEnvironment() });
    await Bun.sleep(usual_ms * (0.1 + 0.9 * Math.random()));
    child.kill("SIGKILL");
    await child.exited;
    if (!filesBelow(project.folder).includes("status.events.jsonl")) {
      seen.none++;
      continue;
    }
    expect(readFileSync(project.log_path, "utf8")).toBe(log);
    seen.whole++;
    if (contentsOf(project.folder) !== after) seen.incomplete++;
    expect(lane(project.root, "migrate --apply")).toMatchObject({ code: 0, stderr: "" });
    expect(contentsOf(project.folder)).toBe(after);
    reset();
  }
  console.log(`killed ${KILLS} times: ${JSON.stringify(seen)}`);
  expect(seen.none).toBeGreaterThan(0);
  expect(seen.whole).toBeGreaterThan(0);
});

/** Names and contents of everything but what killed writers leave, which the next writer of that file sweeps away. */
function contentsOf(folder: string): string {
  const names = ([name]: readonly string[]) => !/^(?:|tasks)$|\.lane-tmp$/.test(name ?? "");
  const state = Object.entries(treeState(folder)).filter(names);
  return state.map(([name, says]) => `${name} ${says.split(" ").slice(3).join(" ")}`).join("\n");
}
