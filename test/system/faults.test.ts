// The proof of faults finds what it is there to find: executables that are broken on purpose stand in for lane.

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { DOINGS, type Fault } from "../crash/fault_check.ts";
import { allFaults, tryFaults } from "../crash/faults.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { lineAt, makeFolder, makeProject, SLUG } from "../support/project.ts";

/** A ceiling against hangs. */
setDefaultTimeout(60_000);

const CAN_TRACE = Bun.spawnSync(["strace", "-f", "-o", "/dev/null", "true"]).exitCode === 0;
if (!CAN_TRACE) console.warn("Skipped: no process can be traced here (strace, ptrace)");

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const PLAIN_FAILURE = `echo '{"ok":false,"error":{"details":{"outcome_unknown":false}}}'; exit 6`;
const RECORDS = '"$lane" "$@" > /dev/null';

/** Tries a run without any fault of a stand-in, which is a shell script that can call the real one. */
async function breaksOf(script: string, doing_name: string, parts: Partial<Fault> = {}): Promise<string[]> {
  using folder = makeFolder();
  const stand_in = join(folder.path, "lane");
  writeFileSync(stand_in, `#!/bin/sh\nlane='${LANE}'\n${script}\n`);
  chmodSync(stand_in, 0o755);
  const doing = DOINGS.find(({ name }) => name === doing_name);
  if (doing === undefined) throw new Error(`nothing is called ${doing_name}`);
  return await tryFaults([{ kind: "", name: "no fault", doing, command: ["env"], ...parts }], {
    executable: stand_in,
  });
}

describe("faults", () => {
  test("finds nothing in lane itself", async () => {
    for (const { name } of DOINGS) expect(await breaksOf('exec "$lane" "$@"', name)).toEqual([]);
  });

  test.each([
    ["success for what is not recorded", "emit", "echo '{\"ok\":true}'", "success, and recorded: none"],
    [
      "success for a part of a batch",
      "batch",
      `head -1 batch.jsonl > one; "$lane" emit --batch one --actor ana`,
      "success, and recorded: some",
    ],
    [
      "a plain failure for what is recorded",
      "emit",
      `${RECORDS}; ${PLAIN_FAILURE}`,
      "a plain failure, but recorded: all",
    ],
    ["a failure without an envelope", "emit", "exit 6", "no envelope"],
    ["a crash", "emit", "kill -SEGV $$", "it ends with 139"],
    ["a bug told as such", "emit", 'echo \'{"ok":false,"error":{}}\'; exit 70', "it ends with 70"],
    [
      "old bytes that changed",
      "emit",
      `${RECORDS}; sed -i 1d ${LOG}; ${PLAIN_FAILURE}`,
      "the old bytes of the log have changed",
    ],
    [
      "an event that is there twice",
      "emit",
      `${RECORDS}; tail -1 ${LOG} > last; cat last >> ${LOG}`,
      "asked again, the log holds k,k",
    ],
    ["an empty log that is left", "first emit", `: > ${LOG}; ${PLAIN_FAILURE}`, "an empty log is left"],
    [
      "a log that nobody can go on with",
      "emit",
      `echo x >> ${LOG}; ${PLAIN_FAILURE}`,
      "asked again it ends with 3",
    ],
  ])("finds %s", async (_, doing, script, found) => {
    const breaks = await breaksOf(script, doing);
    expect(breaks).toHaveLength(1);
    expect(breaks[0]).toStartWith(`${doing}, no fault: ${found}`);
  });

  test.each([
    [
      "recorded, but not derived",
      `${RECORDS}; rm kitty-specs/${SLUG}/status.json; exit 130`,
      "recorded, but snapshot stale",
    ],
    ["begun", `echo >> ${LOG}; exit 130`, "the log has changed"],
  ])("finds what a signal left %s", async (_, script, found) => {
    const breaks = await breaksOf(script, "emit", { allowance: { ended_by_signal: [130] } });
    expect(breaks).toEqual([expect.stringContaining(found)]);
  });

  test.skipIf(!CAN_TRACE)(
    "finds nothing when the feature's folder is moved away while a file is opened",
    async () => {
      const moved = allFaults().filter(
        ({ doing, name }) =>
          doing.name === "next --claim" && name.startsWith(`kitty-specs/${SLUG} is moved away at openat`),
      );
      expect(moved.length).toBeGreaterThan(10);
      expect(await tryFaults(moved)).toEqual([]);
    },
  );

  test("an answer that goes on outlives its terminal under nohup", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    const child = Bun.spawn(["nohup", LANE, "log", "--follow"], {
      cwd: project.root,
      env: cleanEnvironment(),
      stderr: "ignore",
    });
    await child.stdout.getReader().read();
    child.kill("SIGHUP");
    child.kill("SIGTERM");
    await child.exited;
    expect(child.signalCode).toBe("SIGTERM");
  });

  test.skipIf(!CAN_TRACE)("tries every write of an emit", () => {
    const names = allFaults().filter(
      ({ doing, kind }) => doing.name === "first emit" && kind.endsWith("fail"),
    );
    const calls = new Set(names.map(({ name }) => name.split(" ")[0]));
    expect([...calls].sort()).toEqual(expect.arrayContaining(["fsync", "openat", "rename", "write"]));
    expect(names.filter(({ name }) => /^write number \d fails with EIO/.test(name))).toHaveLength(4);
  });
});
