/** scripts/install.sh where runs are killed, meet each other, or are not listened to. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, makeGround, SMALL_LANE, writeRelease } from "../support/installing.ts";

const TARGET = ["--target", "linux-x64"];

describe.each([
  ["before anything is unpacked", "tar"],
  ["before anything is put in place", "chmod"],
])("install.sh, killed %s", (_, program) => {
  test("install.sh --uninstall removes what a killed run left, and a next run does", () => {
    for (const next of [["--uninstall"], TARGET]) {
      using ground = makeGround();
      mkdirSync(join(ground.home, ".local/bin"), { recursive: true });
      const before = contentsOf(ground.home);
      const bin = join(ground.release, "bin");
      mkdirSync(bin);
      const killer = '#!/bin/sh\nls "$HOME/.local/bin" -A | sed s/.*-// | xargs kill -9\n';
      writeFileSync(join(bin, program), killer, { mode: 0o755 });
      ground.install(TARGET, { env: { PATH: `${bin}:/usr/bin:/bin` } });
      expect(readdirSync(join(ground.home, ".local/bin"))).toHaveLength(1);

      expect(ground.install(next)).toMatchObject({ code: 0, stderr: "" });
      if (next === TARGET) expect(ground.install(["--uninstall"]).code).toBe(0);
      expect(contentsOf(ground.home)).toEqual(before);
    }
  });
});

test("install.sh removes the unfinished work of a run that had its process's number", () => {
  using ground = makeGround();
  const bin = join(ground.home, ".local/bin");
  const shell = ["sh", "-c", `mkdir -p ${bin}/.lane-install-$$ && exec "$@"`, "sh", "sh"];
  expect(ground.install(TARGET, { shell }).code).toBe(0);
  expect(readdirSync(bin)).toEqual(["lane"]);
});

test("install.sh comes to its end where nobody listens any more", () => {
  using ground = makeGround();
  const shell = ["bash", "-c", 'set -o pipefail; "$@" | true', "bash", "sh"];
  expect(ground.install(TARGET, { shell })).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readdirSync(join(ground.home, ".local/bin"))).toEqual(["lane"]);
  expect(readdirSync(join(ground.home, ".local/share/lanekeeper"))).toEqual(["installed"]);
});

test("install.sh, twice at once into two folders, leaves nothing that it could not take back", async () => {
  using ground = makeGround();
  using other = makeGround();
  writeRelease(other.release, { text: SMALL_LANE.replace("9.9.9", "8.8.8") });
  const answers = await Promise.all([
    ground.installBeside(TARGET),
    ground.installBeside([...TARGET, "--from", other.release, "--to", join(ground.home, "other")]),
  ]);
  expect(answers).toMatchObject([
    { code: 0, stderr: "" },
    { code: 0, stderr: "" },
  ]);
  expect(ground.install(["--uninstall"]).code).toBe(0);
  expect(contentsOf(ground.home)).toEqual({});
}, 30_000);

test("install.sh refuses while another one is at work, and does not touch what that one records", () => {
  using ground = makeGround();
  ground.install(TARGET);
  symlinkSync(String(process.pid), join(ground.home, ".local/share/lanekeeper/installed.lock"));
  const before = contentsOf(ground.home);
  expect(ground.install(["--uninstall"])).toEqual({
    code: 1,
    stdout: "",
    stderr: `Error: another run of this script is at work, process ${process.pid}
Hint: wait for its end; if that process is something else, remove <home>/.local/share/lanekeeper/installed.lock
`,
  });
  expect(contentsOf(ground.home)).toEqual(before);
  expect(existsSync(join(ground.home, ".local/bin/lane"))).toBe(true);
}, 30_000);
