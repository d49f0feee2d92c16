/** Every remedy that `lane validate` names is followed to the letter: then what it was about is gone. */

import { expect, test } from "bun:test";
import { readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, FindingCode } from "../../src/domain/finding.ts";
import { git, writeFiles } from "../project/git.ts";
import { idAt, oldLineAt, SOUND_LINES } from "../support/checks.ts";
import { type Answer, cleanEnvironment, lane } from "../support/lane.ts";
import { lineAt, makeFolder, pageText } from "../support/project.ts";

const [FIRST = "", SECOND = "", THIRD = ""] = SOUND_LINES;
const SOUND = SOUND_LINES.join("");

/** Slugs and folders that a shell takes apart where a remedy does not quote them. */
const FEATURES = "it's #1";
const SLUG = "034-test-feature";
const FOLDER = `${FEATURES}/${SLUG}`;
const LOG = `${FOLDER}/status.events.jsonl`;

/** A feature in review, with its snapshot and page; where git is asked, committed. */
function inReview(way: "in git" | "without git" = "without git") {
  const folder = makeFolder();
  const { path: root } = folder;
  writeFiles(root, {
    ".kittify/config.yaml": `status:\n  features_folder: "${FEATURES}"\n`,
    [LOG]: SOUND,
    [`${FOLDER}/tasks/WP01.md`]: pageText("for_review"),
  });
  lane(root, "materialize");
  if (way === "in git") {
    git(root, "init", "--quiet");
    git(root, "add", ".");
    git(root, "commit", "--quiet", "--message", "all");
  }
  return {
    ...folder,
    main: root,
    path: (name: string) => join(root, FOLDER, name),
    write: (name: string, text: string) => writeFileSync(join(root, FOLDER, name), text),
    findings: () => findingsIn(lane(root, "validate --json")),
  };
}

function findingsIn({ json }: Answer): Finding[] {
  type Report = { features: { findings: Finding[] }[] };
  const envelope = json as { data: Report } | { error: { details: Report } };
  const { features } = "data" in envelope ? envelope.data : envelope.error.details;
  return features.flatMap(({ findings }) => findings);
}

/** Runs the command that a remedy names, as a person pastes it into a shell. */
function paste(folder: string, remedy: string, more = ""): string {
  const [command = ""] = /^(?:lane|git) .*?(?= shows | makes |;|$)/.exec(remedy) ?? [];
  const words = `PATH="$LANE_FOLDER:$PATH"; ${command} ${more}`;
  const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", "-c", words], {
    cwd: folder,
    env: { ...cleanEnvironment(), LANE_FOLDER: join(import.meta.dir, "../../dist"), GIT_PAGER: "cat" },
    stdin: "ignore",
  });
  if (exitCode !== 0 && !(command.startsWith("lane doctor") && exitCode === 1)) {
    throw new Error(`${command}: ${stdout}${stderr}`);
  }
  return stdout.toString();
}

const BY_DOCTOR: [FindingCode, string][] = [
  ["LOG_TORN", `${SOUND}{"torn`],
  ["LOG_TORN", `${SOUND}\0\0\0`],
  ["LOG_TORN", `${SOUND}${lineAt(4, { wp_id: "WP02", batch: { id: idAt(4), index: 0, count: 2 } })}`],
  ["LOG_CONFLICT_MARKERS", `${FIRST}<<<<<<< HEAD\n${SECOND}=======\n${THIRD}>>>>>>> x\n`],
  ["LOG_CRLF", SOUND.replaceAll("\n", "\r\n")],
  ["LOG_BOM", `\ufeff${SOUND}`],
  ["LOG_BLANK_LINE", `\n${FIRST} \n${SECOND}${THIRD}`],
  ["LOG_NO_FINAL_NEWLINE", SOUND.trimEnd()],
];

test.each(BY_DOCTOR)("%s: doctor --fix shows it, and --apply mends it", (code, log) => {
  using at = inReview();
  at.write("status.events.jsonl", log);
  const [{ remedy } = { remedy: "" }, ...others] = at.findings().filter((one) => one.code === code);
  expect(new Set(others.map((one) => one.remedy))).toEqual(
    others.length === 0 ? new Set() : new Set([remedy]),
  );

  paste(at.main, remedy);
  expect(readFileSync(at.path("status.events.jsonl"), "utf8")).toBe(log);
  paste(at.main, remedy, "--apply");
  expect(readFileSync(at.path("status.events.jsonl"), "utf8")).toBe(SOUND);
  expect(at.findings()).toEqual([]);
});

const BY_GIT: [FindingCode, string][] = [
  ["LOG_LINE_INVALID", `${FIRST}x\n${THIRD}`],
  ["EVENT_FIELD_INVALID", `${FIRST}${SECOND.replace('"force"', '"forced"')}${THIRD}`],
  ["LANE_NOT_CANONICAL", `${FIRST}${SECOND.replaceAll('"in_progress"', '"doing"')}${THIRD}`],
  ["EVENT_ID_CONFLICT", `${SOUND}${SECOND.replace("claude", "somebody")}`],
];

test.each(BY_GIT)("%s: git log -p shows what stood there before, and put back it is sound", (code, log) => {
  using at = inReview("in git");
  at.write("status.events.jsonl", log);
  git(at.main, "commit", "--quiet", "--all", "--message", "damage");
  const [found] = at.findings().filter((one) => one.code === code);
  const shown = paste(at.main, found?.remedy ?? "");
  expect(shown).toContain(
    code === "EVENT_ID_CONFLICT" ? `+${SECOND.replace("claude", "somebody")}` : `-${SECOND}`,
  );
  at.write("status.events.jsonl", SOUND);
  expect(at.findings()).toEqual([]);
});

const BY_MATERIALIZE: [FindingCode, string, string | undefined][] = [
  ["SNAPSHOT_DRIFT", "status.json", undefined],
  ["SNAPSHOT_DRIFT", "status.json", "{}\n"],
  ["SNAPSHOT_DRIFT", "status.json", "<<<<<<< HEAD\n"],
  ["VIEW_DRIFT", "tasks/WP01.md", pageText("planned")],
  ["VIEW_DRIFT", "tasks/WP01.md", "---\ntitle: no lane\n---\n"],
  ["VIEW_DRIFT", "tasks.md", "<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n"],
];

test.each(BY_MATERIALIZE)("%s: the command that it names brings %s in line", (code, name, text) => {
  using at = inReview();
  if (text === undefined) unlinkSync(at.path(name));
  else at.write(name, text);
  const [found, ...others] = at.findings();
  expect({ found, others }).toMatchObject({ found: { code, file: `${FOLDER}/${name}` }, others: [] });
  paste(at.main, found?.remedy ?? "");
  expect(at.findings()).toEqual([]);
});

test("VIEW_DRIFT of a page with a conflict about its lane: doctor settles it", () => {
  using at = inReview();
  const conflict = "<<<<<<< HEAD\nlane: done\n=======\nlane: planned\n>>>>>>> x";
  at.write("tasks/WP01.md", pageText("for_review").replace("lane: for_review", conflict));
  const [found] = at.findings();
  expect(found?.code).toBe("VIEW_DRIFT");
  paste(at.main, found?.remedy ?? "", "--apply");
  expect(at.findings()).toEqual([]);
});

test("SNAPSHOT_DRIFT of a log that is gone: git log tells what became of it", () => {
  using at = inReview("in git");
  git(at.main, "rm", "--quiet", LOG);
  git(at.main, "commit", "--quiet", "--message", "the log goes");
  const found = at.findings().find(({ code }) => code === "SNAPSHOT_DRIFT");
  expect(paste(at.main, found?.remedy ?? "")).toContain("the log goes");
  git(at.main, "revert", "--no-edit", "HEAD");
  expect(at.findings()).toEqual([]);
});

test("EVENT_WITHOUT_PAGE: a page put where it says, by its name, is what was missing", () => {
  using at = inReview("in git");
  rmSync(at.path("tasks/WP01.md"));
  const [found] = at.findings();
  const [, quoted = ""] = /^put its page there: (.*); if/.exec(found?.remedy ?? "") ?? [];
  paste(at.main, `git show HEAD:${`'${FOLDER.replace("'", "'\\''")}/tasks/WP01.md'`}`, `> ${quoted}`);
  expect(at.findings()).toEqual([]);
});

test("PAGE_AMBIGUOUS, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE, CONFIG_INVALID: what they say, done by hand", () => {
  using at = inReview();
  at.write("tasks/WP01-twin.md", pageText("planned"));
  at.write("tasks/WP02.md", "---\ndependencies: [WP02, WP09]\n---\n");
  at.write("meta.json", '{"status_phase": 3}');
  const codes = () => at.findings().map(({ code }): string => code);
  const notes = ["PAGE_WITHOUT_EVENT"];
  expect(codes()).toEqual([
    "CONFIG_INVALID",
    "PAGE_AMBIGUOUS",
    ...notes,
    "DEPENDENCY_UNKNOWN",
    "DEPENDENCY_CYCLE",
  ]);
  rmSync(at.path("tasks/WP01-twin.md"));
  at.write("tasks/WP03.md", pageText("planned"));
  at.write("tasks/WP02.md", "---\ndependencies: [WP03]\n---\n");
  at.write("meta.json", '{"status_phase": 2}');
  expect(codes()).toEqual([...notes, ...notes]);
});

test("PARENT_UNKNOWN: merging the commit with that event is what was missing", () => {
  using at = inReview();
  at.write("status.events.jsonl", FIRST + THIRD);
  lane(at.main, "materialize");
  const [found] = at.findings();
  expect(found).toMatchObject({ code: "PARENT_UNKNOWN", line: 2 });
  at.write("status.events.jsonl", FIRST + THIRD + SECOND);
  lane(at.main, "materialize");
  expect(at.findings()).toEqual([]);
});

test("PAGE_WITHOUT_EVENT of a page that has moved: migrate shows how its lane would be taken over", () => {
  using at = inReview();
  rmSync(at.path("status.events.jsonl"));
  rmSync(at.path("status.json"));
  const [found] = at.findings();
  expect(found?.code).toBe("PAGE_WITHOUT_EVENT");
  paste(at.main, found?.remedy ?? "");
  paste(at.main, found?.remedy ?? "", "--apply");
  expect(at.findings().map(({ code }) => code)).toEqual([]);
});

test("a rule that an older event broke needs no remedy: the next event goes on from where it led", () => {
  using at = inReview();
  at.write("status.events.jsonl", oldLineAt(1, { to_lane: "for_review" }));
  lane(at.main, "materialize");
  expect(at.findings()).toMatchObject([{ code: "TRANSITION_ILLEGAL", severity: "warning" }]);
  expect(lane(at.main, "emit 1 --to in_progress --review-ref PR-7 --actor ana").code).toBe(0);
  expect(at.findings()).toMatchObject([{ code: "TRANSITION_ILLEGAL", severity: "warning" }]);
});
