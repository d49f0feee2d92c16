/** `lane doctor` where others are at work, and where what it needs is not as it should be. */

import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join } from "node:path";
import { withSlashes } from "../../src/store/spelling.ts";
import { git, makeRepository, writeFiles } from "../project/git.ts";
import { startHolder } from "../store/holder.ts";
import { lane, laneBeside, told } from "../support/lane.ts";
import {
  filesBelow,
  lineAt,
  makeFolder,
  makeProject,
  pageText,
  SLUG,
  treeState,
} from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const MARKED = `<<<<<<< HEAD\n${lineAt(1)}=======\n>>>>>>> other\n`;
/** Only Linux tells which process holds a lock. */
const HOLDER = process.platform === "linux" ? "process \\d+: .*hold_lock\\.ts .*" : undefined;
const TORN = `${lineAt(1)}{"actor": "cla`;

function brokenProject(log: string | Uint8Array = MARKED) {
  return makeProject({ files: { "tasks/WP01-first.md": pageText("planned"), "status.events.jsonl": log } });
}

/** What was kept, by name. */
function keptIn(root: string): Record<string, string> {
  const folder = join(root, `.lanekeeper/kitty-specs/${SLUG}.kept`);
  const names = existsSync(folder) ? filesBelow(folder) : [];
  return Object.fromEntries(
    names.map((name) => [basename(name), readFileSync(join(folder, name), "latin1")]),
  );
}

describe("a lock that is held now", () => {
  test("is told with the process that holds it, and keeps doctor from nothing but the repair", async () => {
    using project = brokenProject();
    await using holder = await startHolder((await project.open()).lock);
    const before = treeState(project.folder);

    const found = lane(project.root, "doctor");
    const refused = lane(project.root, "doctor --fix --apply --lock-timeout 0.1");

    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(
      new RegExp(`\\n${SLUG}: its lock is held by ${HOLDER ?? "another process"}\\n$`),
    );
    expect(told(refused)).toMatchObject({ code: 5, stdout: "" });
    expect(refused.stderr).toMatch(
      new RegExp(
        `^Error: another process held the feature's lock for 0\\.1 s${HOLDER === undefined ? "" : `: ${HOLDER}`}\\n` +
          "Hint: try again; --lock-timeout <seconds> waits longer\\n$",
      ),
    );
    expect(treeState(project.folder)).toEqual(before);
    expect(keptIn(project.root)).toEqual({});
    expect(await holder.finish()).toBe("released");
    expect(lane(project.root, "doctor").stdout).not.toContain("its lock is held");
  });

  test.skipIf(process.platform !== "linux")("by a stopped process is told as such", async () => {
    using project = brokenProject(lineAt(1, { execution_mode: "direct_repo" }));
    const { lock } = await project.open();
    await using holder = await startHolder(lock);
    holder.kill("SIGSTOP");
    const found = lane(project.root, "doctor --json").json;
    expect(found).toMatchObject({
      ok: true,
      data: { features: [{ feature: SLUG, lock: { lock: lock.path, is_stopped: true } }] },
    });
    expect(lane(project.root, "doctor").stdout).toMatch(
      /its lock is held by process \d+, which is stopped: /,
    );
    holder.kill("SIGCONT");
    expect(lane(project.root, "doctor --json").json).toMatchObject({
      data: { features: [{ lock: { is_stopped: false } }] },
    });
  });

  test("is waited for, and what was appended without it meanwhile is mended along", async () => {
    using project = brokenProject();
    await using holder = await startHolder((await project.open()).lock);
    const answer = laneBeside(project.root, "doctor --fix --apply");
    await Bun.sleep(150);
    const later = lineAt(5, { wp_id: "WP02" });
    appendFileSync(project.log_path, `${later}${later}`);
    await holder.finish();
    expect((await answer).code).toBe(0);
    expect(project.read("status.events.jsonl")).toBe(lineAt(1) + later);
    expect(keptIn(project.root)["status.events.jsonl"]).toBe(`${MARKED}${later}${later}`);
  });

  test("is waited for before a log is called torn", async () => {
    using project = brokenProject(TORN);
    await using holder = await startHolder((await project.open()).lock);
    const answer = laneBeside(project.root, "doctor --json");
    await Bun.sleep(150);
    writeFileSync(project.log_path, lineAt(1, { execution_mode: "direct_repo" }));
    await holder.finish();
    expect((await answer).json).toMatchObject({ ok: true });
  });
});

describe("what doctor keeps", () => {
  test("is the log as it was, and what was cut off, to the byte", () => {
    const log = Buffer.concat([Buffer.from(TORN), Buffer.from([0xc3, 0, 0])]);
    using project = brokenProject(log);
    expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
    expect(keptIn(project.root)).toEqual({
      "status.events.jsonl": log.toString("latin1"),
      "torn.jsonl": '{"actor": "cla\xc3\0\0',
    });
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
  });

  test("leaves an empty log in its place, and the log's mode", () => {
    using project = brokenProject('{"actor": "cla');
    chmodSync(project.log_path, 0o640);
    expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
    expect(project.read("status.events.jsonl")).toBe("");
    expect(statSync(project.log_path).mode & 0o777).toBe(ON_WINDOWS ? 0o666 : 0o640);
    expect(lane(project.root, "emit WP01 --to claimed --actor ana").code).toBe(0);
  });

  test("lies in git's folder where there is one, so that git sees nothing of it", () => {
    using repository = makeRepository({ [LOG]: lineAt(1) });
    writeFiles(repository.main, { [LOG]: `${lineAt(1)}${lineAt(1)}` });
    expect(lane(repository.main, "doctor --fix --apply").code).toBe(0);
    const seen = Bun.spawnSync(["git", "status", "--porcelain"], { cwd: repository.main });
    expect(seen.stdout.toString()).toBe(`?? kitty-specs/${SLUG}/status.json\n`);
    expect(
      filesBelow(join(repository.main, ".git/lanekeeper")).filter((name) => !name.endsWith(".lock")),
    ).toEqual([
      expect.stringMatching(new RegExp(`^kitty-specs/${SLUG}\\.kept/[^/]+/status\\.events\\.jsonl$`)),
    ]);
  });

  test.skipIf(!CAN_LINK).each(["", ".kept"])(
    "is written nowhere, nor anything else, where a link leads its folder%s out",
    (suffix) => {
      using project = brokenProject(TORN);
      using outside = makeFolder();
      const place = join(project.root, ".lanekeeper");
      if (suffix === "") symlinkSync(outside.path, place);
      else {
        mkdirSync(join(place, "kitty-specs"), { recursive: true });
        symlinkSync(outside.path, join(place, "kitty-specs", `${SLUG}.kept`));
      }
      const before = treeState(project.folder);

      const answer = told(lane(project.root, "doctor --fix --apply"));

      expect(answer.code).toBe(6);
      expect(answer.stderr).toContain("it leads out of <root>");
      expect(treeState(project.folder)).toEqual(before);
      expect(filesBelow(outside.path)).toEqual([]);
    },
  );

  test("does not come in the way of a second repair in the same folder", () => {
    using project = brokenProject();
    for (let i = 0; i < 3; i++) {
      project.write("status.events.jsonl", MARKED);
      expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
    }
    const folder = join(project.root, `.lanekeeper/kitty-specs/${SLUG}.kept`);
    expect(filesBelow(folder)).toHaveLength(3);
  });
});

test.skipIf(!CAN_LINK)(
  "a page that is a link out of the project is a finding; the log is mended, the page is not touched",
  () => {
    using outside = makeFolder();
    writeFileSync(join(outside.path, "page.md"), pageText("planned"));
    using project = makeProject({ files: { "status.events.jsonl": MARKED } });
    mkdirSync(project.path("tasks"));
    symlinkSync(join(outside.path, "page.md"), project.path("tasks/WP01.md"));
    const answer = told(lane(project.root, "doctor --fix --apply"));
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain(`  warning  VIEW_DRIFT  kitty-specs/${SLUG}/tasks/WP01.md\n`);
    expect(answer.stdout).toContain("it leads out of <root>");
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
    expect(readFileSync(join(outside.path, "page.md"), "utf8")).toBe(pageText("planned"));
  },
);

test("doctor in phase 0 touches no page, and keeps the conflict there", () => {
  const page = "---\n<<<<<<< HEAD\nlane: a\n=======\nlane: b\n>>>>>>> other\n---\n";
  using project = makeProject({
    files: { "status.events.jsonl": MARKED, "tasks/WP01.md": page, "meta.json": '{"status_phase": 0}' },
  });
  expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
  expect(project.read("tasks/WP01.md")).toBe(page);
  expect(project.read("status.events.jsonl")).toBe(lineAt(1));
});

test("doctor leaves a conflict about the lane of a work package that has no event", () => {
  const page = "---\n<<<<<<< HEAD\nlane: a\n=======\nlane: b\n>>>>>>> other\n---\n";
  using project = makeProject({ files: { "status.events.jsonl": MARKED, "tasks/WP02.md": page } });
  expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
  expect(project.read("tasks/WP02.md")).toBe(page);
});

test("doctor settles a page's lane as the log says, whatever both sides say, and no other byte", () => {
  const page = (lines: string) =>
    Buffer.from(`---\r\ntitle: "\xe9"\r\n${lines}# end\r\n---\r\nText \xff\r\n`, "latin1");
  const conflict =
    "<<<<<<< HEAD\r\nlane: done # why\r\n||||||| 1a\r\nlane: x\r\n=======\r\nlane: blocked\r\n>>>>>>> b\r\n";
  using project = makeProject({
    files: { "status.events.jsonl": lineAt(1), "tasks/WP01.md": page(conflict) },
  });
  expect(lane(project.root, "doctor --fix --apply").code).toBe(0);
  expect(readFileSync(project.path("tasks/WP01.md")).toString("latin1")).toBe(
    page("lane: claimed # why\r\n").toString("latin1"),
  );
});

test("a repository's own settings run nothing while doctor asks git", () => {
  using repository = makeRepository({ [LOG]: lineAt(1, { execution_mode: "direct_repo" }) });
  const { main } = repository;
  const marker = withSlashes(repository.beside("marker"));
  const trap = withSlashes(join(main, "trap.sh"));
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> '${marker}'\n`, { mode: 0o755 });
  for (const name of ["git", "less", "sh"])
    writeFileSync(join(main, name), readFileSync(trap), { mode: 0o755 });
  for (const [key, value] of [
    ["core.fsmonitor", trap],
    ["core.hooksPath", withSlashes(main)],
    ["core.pager", trap],
    ["pager.for-each-ref", trap],
    ["pager.worktree", trap],
    ["alias.for-each-ref", `!${trap}`],
    ["alias.worktree", `!${trap}`],
    ["diff.external", trap],
    ["core.sshCommand", trap],
    ["core.editor", trap],
    ["gpg.program", trap],
  ] as const) {
    git(main, "config", key, value);
  }
  for (const hook of ["post-index-change", "reference-transaction"])
    writeFileSync(join(main, hook), readFileSync(trap), { mode: 0o755 });
  // Windows looks for the name in the current folder first: this test's own git, too, is that one from here on.
  writeFileSync(join(main, "git.cmd"), `@echo %0 %*>> "${marker}"\r\n`);
  const env = { PATH: [".", "bin", "", process.env.PATH].join(delimiter) };

  expect(lane(main, "doctor", { env }).code).toBe(0);
  expect(lane(main, "doctor --fix --apply --all", { env }).code).toBe(0);

  expect(existsSync(marker)).toBe(false);
  Bun.spawnSync(["git", "status"], { cwd: main });
  expect(existsSync(marker)).toBe(true);
});

test("doctor without any git on the machine says so, and that nothing is gone is not known", () => {
  using repository = makeRepository({ [LOG]: lineAt(1) });
  git(repository.main, "branch", `${SLUG}-WP02`);
  const answer = lane(repository.main, "doctor --json", { env: { PATH: "/nonexistent" } });
  expect(answer.json).toMatchObject({ ok: true, data: { summary: { error: 0 } } });
  expect(answer.stdout).toContain("git does not answer here, so nothing is known of its branch and worktree");
  expect(answer.stdout).toContain('"MERGE_NOT_CONFIGURED"');
  expect(answer.stdout).not.toContain("is gone");
  expect(answer.stdout).not.toContain("neither a worktree nor a branch");
});
