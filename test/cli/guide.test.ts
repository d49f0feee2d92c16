/** `lane guide`: what the page says, that it is true, and what `--install` answers. */

import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCall } from "../../src/cli/arguments.ts";
import { EXIT_CODES } from "../../src/cli/report.ts";
import { TREE } from "../../src/cli/run.ts";
import { VERBS } from "../../src/cli/tree.ts";
import { guidePage } from "../../src/commands/guide_page.ts";
import { GuideDataSchema } from "../../src/contract/guide.ts";
import { SEVEN_LANE } from "../../src/domain/workflow.ts";
import { makeRepository, NO_USER_SETTINGS } from "../support/git_user.ts";
import { answered, refused, lane as runLane, told, type Words } from "../support/lane.ts";
import { makeFolder, makeProject, treeState } from "../support/project.ts";
import { shellWords } from "../support/shell_words.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const lane = (folder: string, words: Words) => runLane(folder, words, { env: NO_USER_SETTINGS });
const PAGE = await guidePage(TREE, SEVEN_LANE);
const CALLS = callsIn(PAGE);
const NEXT = "next: commit it; lane guide --install brings it up to date, lane uninstall takes it out";

test("guide prints its page, also where there is no project or its settings are broken", () => {
  using folder = makeFolder();
  using broken = makeProject({ config: "status: {workflow: elsewhere}\n" });
  expect(told(lane(folder.path, "guide"))).toEqual(answered(...PAGE));
  expect(dataOf(lane(folder.path, "guide --json"), "guide", GuideDataSchema).data).toEqual({
    text: PAGE.map((line) => `${line}\n`).join(""),
  });
  const { stdout, stderr, code } = lane(broken.root, "guide");
  expect({ code, stdout }).toEqual({ code: 0, stdout: PAGE.map((line) => `${line}\n`).join("") });
  expect(stderr).toContain("Warning: this version of lane has no workflow called");
});

test("guide is all ASCII where the locale has nothing else", () => {
  using folder = makeFolder();
  const { stdout } = runLane(folder.path, "guide", { env: { LC_ALL: "C" } });
  expect(stdout.match(/[^\u0000-\u007f]/g)).toBeNull();
  expect(stdout).toContain("(WP01, WP02, ...)");
  expect(stdout).toContain("- `blocked` -> in_progress, canceled");
});

test("the guide is short enough for an agent's instructions", () => {
  expect(PAGE.length).toBeLessThanOrEqual(120);
  expect(Buffer.byteLength(PAGE.join("\n"))).toBeLessThan(8000);
});

test("every call in the guide is understood, and each that makes a change carries its own key", () => {
  expect(CALLS.length).toBeGreaterThan(8);
  const keys: string[] = [];
  for (const call of CALLS) {
    const read = readCall(shellWords(call).slice(1));
    if (!read.ok) throw new Error(`${call}: ${read.refusal.message}`);
    const { name, args } = read.value;
    const changes = args.batch === undefined && (name === "emit" || name === "move" || args.claim === true);
    if (changes) expect(args).toContainKey("idempotency-key");
    if (changes) keys.push(String(args["idempotency-key"]));
  }
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(5);
});

test("the guide names every command, lane and error code", () => {
  const text = PAGE.join("\n");
  for (const [name, { summary, is_internal }] of Object.entries(VERBS)) {
    expect(text.includes(`- \`lane ${name}\`: ${summary}`)).toBe(!is_internal);
  }
  for (const { name } of SEVEN_LANE.lanes) expect(text).toContain(`- \`${name}\``);
  for (const [code, exit] of Object.entries(EXIT_CODES)) expect(text).toContain(`- ${exit} ${code}: `);
});

test("the guide's loop works, call by call", () => {
  using project = makeProject();
  const loop = CALLS.filter((call) => call.includes("--idempotency-key"));
  const lanes = loop.map((call) => {
    const { json } = lane(project.root, shellWords(call).slice(1)) as { json: { data?: { lane: string } } };
    return json.data?.lane;
  });
  // Work that is done is sent back or blocked no more.
  expect(lanes).toEqual(["claimed", "in_progress", "for_review", "done", undefined, undefined, undefined]);
  using other = makeProject();
  const again = [0, 1, 2, 4, 5, 6].map((i) => {
    const { json } = lane(other.root, shellWords(loop[i] ?? "").slice(1)) as {
      json: { data?: { lane: string } };
    };
    return json.data?.lane;
  });
  expect(again).toEqual(["claimed", "in_progress", "for_review", "in_progress", "blocked", "in_progress"]);
});

test("in nine lanes the loop goes through the review, and works call by call", () => {
  const page = "---\nwork_package_id: WP01\ntitle: First\n---\n";
  using project = makeProject({ files: { "meta.json": '{"mission_id": "01M"}', "tasks/WP01-a.md": page } });
  const loop = callsIn(lane(project.root, "guide").stdout.split("\n")).filter((call) =>
    call.includes("-key"),
  );
  const lanes = loop.map((call) => {
    const { json } = lane(project.root, shellWords(call).slice(1)) as { json: { data?: { lane: string } } };
    return json.data?.lane;
  });
  expect(lanes.slice(0, 6)).toEqual([
    "claimed",
    "in_progress",
    "for_review",
    "in_review",
    "approved",
    "done",
  ]);
});

test("where the settings name no workflow, guide and workflow go by the newest feature", () => {
  using project = makeProject({ files: { "meta.json": '{"mission_id": "01M"}' } });
  mkdirSync(join(project.root, "kitty-specs", "001-older"));

  expect(lane(project.root, "guide").stdout).toContain("### Lanes (nine-lane;");
  expect(lane(project.root, "workflow").stdout).toStartWith("nine-lane  the project's usual workflow");
  lane(project.root, "guide --install");
  expect(readFileSync(join(project.root, "AGENTS.md"), "utf8")).toContain("### Lanes (nine-lane;");

  mkdirSync(join(project.root, "kitty-specs", "099-newer"));
  expect(lane(project.root, "guide").stdout).toContain("### Lanes (seven-lane;");
});

test("guide --install makes AGENTS.md, does nothing the second time, and uninstall removes it", () => {
  using repository = makeRepository();
  const { root } = repository;
  const before = treeState(root)[".git/config"];
  expect(told(lane(root, "guide --install"))).toEqual(
    answered("AGENTS.md is made, and holds the guide.", NEXT),
  );
  expect(readFileSync(join(root, "AGENTS.md"), "utf8")).toBe(
    `<!-- lanekeeper:guide (file made by lane) -->\n\n${PAGE.join("\n")}\n\n<!-- /lanekeeper:guide -->\n`,
  );
  const after = treeState(root);
  expect(told(lane(root, "guide --install"))).toEqual(
    answered("AGENTS.md holds the guide already: nothing is changed."),
  );
  expect(treeState(root)).toEqual(after);
  expect(told(lane(root, "uninstall"))).toEqual(
    answered("What lane did in <root> is taken back:", "  removed  AGENTS.md"),
  );
  expect(treeState(root)[".git/config"]).toBe(before);
});

test("guide --install adds to what is there, replaces what is its own, and says which", () => {
  using repository = makeRepository();
  const path = join(repository.root, "CLAUDE.md");
  writeFileSync(path, "# Ours\r\nno end", { mode: 0o640 });

  expect(told(lane(repository.root, "guide --install"))).toEqual(
    answered("The guide is added to CLAUDE.md, at its end.", NEXT),
  );
  const text = readFileSync(path, "utf8");
  expect(text).toStartWith("# Ours\r\nno end\r\n<!-- lanekeeper:guide (line end added) -->\r\n\r\n## ");
  writeFileSync(path, text.replace("### The loop", "### Our own loop"));
  expect(told(lane(repository.root, "guide --install"))).toEqual(
    answered(
      "The guide in CLAUDE.md is up to date now. What stood between its markers (an older guide, or one edited by hand) is replaced.",
      NEXT,
    ),
  );
  expect(readFileSync(path, "utf8")).toBe(text);
  const { data } = dataOf(lane(repository.root, "guide --install --json"), "guide", GuideDataSchema);
  expect(data).toEqual({ file: path, changed: false, created: false, replaced: false });
  expect(lane(repository.root, "uninstall")).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(path, "utf8")).toBe("# Ours\r\nno end");
  expect(treeState(repository.root)["CLAUDE.md"]).toStartWith(ON_WINDOWS ? "100666 " : "100640 ");
});

test("guide --install refuses a lone marker and a folder, and changes nothing", () => {
  using repository = makeRepository();
  const { root } = repository;
  const path = join(root, "AGENTS.md");
  writeFileSync(path, "# Ours\n<!-- lanekeeper:guide -->\ntext\n");
  const before = treeState(root);
  expect(told(lane(root, "guide --install"))).toEqual(
    refused(
      6,
      "Error: AGENTS.md:2: <!-- lanekeeper:guide --> stands there without <!-- /lanekeeper:guide --> below it",
      "Hint: put <!-- /lanekeeper:guide --> where lane's text ends, or take that line out, then run lane guide --install again",
    ),
  );
  expect(told(lane(root, "uninstall"))).toEqual({
    ...answered("There is nothing to take back in <root>."),
    stderr:
      "Warning: AGENTS.md:2: <!-- lanekeeper:guide --> stands there without <!-- /lanekeeper:guide --> below it; the guide there is left\n",
  });
  expect(treeState(root)).toEqual(before);

  using other = makeRepository();
  mkdirSync(join(other.root, "AGENTS.md"));
  expect(told(lane(other.root, "guide --install"))).toEqual(
    refused(6, "Error: cannot read <root>/AGENTS.md: it is no file"),
  );
});

test.skipIf(!CAN_LINK)("guide --install refuses a link that leads out, and changes nothing", () => {
  using other = makeRepository();
  symlinkSync(join("..", "elsewhere.md"), join(other.root, "CLAUDE.md"));
  writeFileSync(other.beside("elsewhere.md"), "theirs\n");
  const { error } = refusalIn(lane(other.root, "guide --install --json"));
  expect(error.code).toBe("IO");
  expect(lane(other.root, "uninstall")).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(other.beside("elsewhere.md"), "utf8")).toBe("theirs\n");
});

test("init says no more of the guide where it is installed", () => {
  using repository = makeRepository();
  lane(repository.root, "guide --install");
  expect(lane(repository.root, "init").stdout).not.toContain("guide --install");
});

/** The calls of a page that can be made as they stand: its code blocks' lines and its code spans. */
function callsIn(page: readonly string[]): string[] {
  const spans = page.flatMap((line) => [...line.matchAll(/`(lane [^`]+)`/g)].map(([, call = ""]) => call));
  const lines = page.filter((line) => line.startsWith("lane "));
  return [...lines, ...spans.filter((call) => !call.includes("<") && call.includes(" --"))];
}
