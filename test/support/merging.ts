/**
 * One feature in real git repositories: clones and branches that emit, commit and merge,
 * with the merge set-up of `lane init` or without it.
 *
 * @example
 * using ground = await makeGround("set up");
 * const ana = await ground.clone("ana");
 * await ana.emitAndCommit("WP01 --to claimed --actor ana");
 */

import { expect, setDefaultTimeout } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { writeFiles } from "../project/git.ts";
import { type GitRun, gitBeside, makeRepository, NO_USER_SETTINGS } from "./git_user.ts";
import { type Answer, laneBeside, type Words } from "./lane.ts";

/** Tests run beside each other here, so each of them takes long. */
setDefaultTimeout(60_000);

export const FEATURE = "001-parser";
export const FOLDER = `kitty-specs/${FEATURE}`;
export const LOG = `${FOLDER}/status.events.jsonl`;
export const SNAPSHOT = `${FOLDER}/status.json`;

/** What git knows of lane: all of it; what the repository says, but not this clone's git; nothing. */
export type SetUp = "set up" | "attributes only" | "not set up";

/** A finding, as far as tests compare it. */
export interface Found {
  readonly code: string;
  readonly severity: string;
  readonly line: number | null;
  readonly wp: string | null;
  readonly event_id: string | null;
  readonly file: string;
  readonly message: string;
  readonly remedy: string;
}

/** A working tree, and what is done there. */
export class Tree {
  constructor(readonly root: string) {}

  /** Runs git; throws when it fails. */
  async git(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tryGit(...words);
    if (code !== 0) throw new Error(`git ${words.join(" ")}: ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Runs git. */
  tryGit(...words: string[]): Promise<GitRun> {
    return gitBeside(this.root, words);
  }

  /** Runs lane. */
  lane(words: Words): Promise<Answer> {
    return laneBeside(this.root, words, { env: NO_USER_SETTINGS });
  }

  /** Runs lane, which must succeed and warn of nothing. @returns what it printed */
  async act(words: Words): Promise<string> {
    const { code, stdout, stderr } = await this.lane(words);
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
    return stdout;
  }

  /** Emits for the feature, and holds the answer to the log and to the snapshot. @returns the event */
  async emit(words: string): Promise<StatusEvent> {
    const before = this.events();
    const { ok, data } = JSON.parse(await this.act(`emit ${words} --feature ${FEATURE} --json`));
    const after = this.events();
    const event = after.at(-1);
    expect(ok).toBe(true);
    expect(after).toEqual([...before, data.event]);
    if (event === undefined) throw new Error("nothing was recorded");
    expect(this.tip(event.wp_id)).toEqual({ lane: event.to_lane, last_event_id: event.event_id });
    return event;
  }

  /** Commits everything. */
  async commit(message = "work"): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  async emitAndCommit(...all: string[]): Promise<StatusEvent[]> {
    const events: StatusEvent[] = [];
    for (const words of all) events.push(await this.emit(words));
    await this.commit(all.join(", "));
    return events;
  }

  /** The text of a file. */
  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** The log's events, in the order of their lines. */
  events(): StatusEvent[] {
    if (!existsSync(join(this.root, LOG))) return [];
    const lines = this.read(LOG).split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as StatusEvent);
  }

  /** The ids of the log's events, sorted, each as often as it stands there. */
  ids(): string[] {
    return idsOf(this.events());
  }

  /** What the snapshot says of a work package. */
  tip(wp = "WP01"): { lane: string; last_event_id: string } {
    const { lane, last_event_id } = JSON.parse(this.read(SNAPSHOT)).work_packages[wp];
    return { lane, last_event_id };
  }

  /** Which events lost to which, by id, as validate has it; nothing else may be wrong. */
  async superseded(): Promise<Record<string, string>> {
    const findings = (await this.findings()).filter(({ code }) => code !== "PAGE_WITHOUT_EVENT");
    return Object.fromEntries(
      findings.map(({ code, event_id, message }) => {
        expect(code).toBe("EVENT_SUPERSEDED");
        return [event_id ?? "", /\((\w{26})\), which overruled it$/.exec(message)?.[1] ?? ""];
      }),
    );
  }

  /** What validate finds, whether that is an error or not. */
  async findings(): Promise<Found[]> {
    const { json, code, stderr } = await this.lane(`validate --feature ${FEATURE} --json`);
    const { ok, data, error } = json as {
      ok: boolean;
      data?: Report;
      error?: { code: string; details: Report };
    };
    const found = (ok ? data : error?.details)?.features.flatMap(({ findings }) => findings) ?? [];
    expect({ stderr, ok, code: error?.code }).toEqual(
      ok ? { stderr: "", ok, code: undefined } : { stderr: "", ok, code: "CHECK_FAILED" },
    );
    expect(code).toBe(found.some(({ severity }) => severity === "error") ? 1 : 0);
    return found;
  }

  /** The codes of what validate finds, besides what is no matter: each once, sorted. */
  async codes(): Promise<string[]> {
    const codes = (await this.findings())
      .filter(({ severity }) => severity !== "information")
      .map(({ code }) => code);
    return [...new Set(codes)].sort();
  }

  /** Snapshot and pages say what the log says. */
  async expectDerived(lanes: Readonly<Record<string, string>>): Promise<void> {
    expect(await this.act(`materialize --check --feature ${FEATURE}`)).toContain(
      "snapshot unchanged  views unchanged",
    );
    const { work_packages, event_count } = JSON.parse(this.read(SNAPSHOT));
    expect(event_count).toBe(new Set(this.ids()).size);
    for (const [wp, lane] of Object.entries(lanes)) {
      expect(work_packages[wp]).toMatchObject(this.tip(wp));
      expect(work_packages[wp].lane).toBe(lane);
      expect(this.read(pagePath(wp))).toContain(`\nlane: ${lane}\n`);
    }
  }

  /** The files that a merge left in conflict. */
  async conflicts(): Promise<string[]> {
    const listed = await this.git("diff", "--name-only", "--diff-filter=U");
    return listed.split("\n").filter((path) => path !== "");
  }
}

interface Report {
  readonly features: readonly { readonly findings: readonly Found[] }[];
}

/** Where clones come from. */
export interface Ground extends Disposable {
  /** A working tree of the repository that all are cloned from. */
  readonly main: Tree;
  /** Makes another clone of it. */
  readonly clone: (name: string) => Promise<Tree>;
  /** The path of something in a folder of the test's own. */
  readonly beside: (name: string) => string;
}

/** A feature with three work packages that are planned, committed. */
export async function makeGround(
  set_up: SetUp,
  files: Readonly<Record<string, string>> = {},
): Promise<Ground> {
  const repository = makeRepository();
  const main = new Tree(repository.root);
  writeFiles(main.root, {
    ...Object.fromEntries(["WP01", "WP02", "WP03"].map((wp) => [pagePath(wp), pageOf(wp)])),
    [`${FOLDER}/meta.json`]: "{}\n",
    ...files,
  });
  if (set_up !== "not set up") await main.act("init");
  await main.commit("base");
  const clone = async (name: string) => {
    const root = repository.beside(name);
    await main.git("clone", "--quiet", ".", root);
    const tree = new Tree(root);
    if (set_up === "set up") await tree.act("init");
    return tree;
  };
  return { main, clone, beside: repository.beside, [Symbol.dispose]: () => repository[Symbol.dispose]() };
}

export function pagePath(wp: string): string {
  return `${FOLDER}/tasks/${wp}-page.md`;
}

export function pageOf(wp: string): string {
  return `---\nwork_package_id: ${wp}\ntitle: Title\nlane: planned\n---\n\nFirst line.\n\nMiddle.\n\nLast line.\n`;
}

/** What brings work from `planned` to a lane, for one actor, as words of emit. */
export function wayTo(lane: "claimed" | "in_progress" | "for_review", wp = "WP01", actor = "ana"): string[] {
  const lanes = ["claimed", "in_progress", "for_review"];
  return lanes.slice(0, lanes.indexOf(lane) + 1).map((to) => `${wp} --to ${to} --actor ${actor}`);
}

export const APPROVE = "WP01 --to done --actor fay --reviewer fay --reference PR-7";
export const REJECT = "WP01 --to in_progress --actor rex --review-ref PR-7";

/** The ids of some events, sorted. */
export function idsOf(events: readonly StatusEvent[]): string[] {
  return events.map(({ event_id }) => event_id).sort();
}

/** What a log says, whatever the order of its lines: the snapshot that is made of it. */
export async function stateOf(tree: Tree): Promise<string> {
  await tree.act(`materialize --feature ${FEATURE}`);
  return tree.read(SNAPSHOT);
}

/** Merges, without a conflict. */
export async function mergeCleanly(tree: Tree, ...words: string[]): Promise<void> {
  expect(await tree.tryGit("merge", "--quiet", "--no-edit", ...words)).toMatchObject({ code: 0 });
}

/**
 * Mends what a merge left, by nothing but what lane says: each command that is run stands
 * in the answer to the one before. It begins with an emit, refused where the log is not
 * sound, and else with validate. @returns whether the log was not sound
 */
export async function mendAsTold(tree: Tree): Promise<boolean> {
  const refused = await tree.lane(`emit WP03 --to canceled --actor ana --dry-run --feature ${FEATURE}`);
  if (refused.code === 0) {
    const { stdout, stderr } = await tree.lane(`validate --feature ${FEATURE}`);
    expect(stderr).toBe("");
    const remedies = [...stdout.matchAll(/^ +-> lane ((?:materialize|doctor --fix) --feature \S+)/gm)];
    for (const words of new Set(remedies.map(([, words]) => words ?? ""))) {
      await (words.startsWith("doctor") ? carryOut(tree, words, 0) : tree.lane(words));
    }
    return false;
  }
  expect(refused.code).toBe(3);
  const doctor = commandIn(refused.stderr, /^Hint: lane (doctor --feature \S+)$/m);
  const told = await tree.lane(doctor);
  expect(told.code).toBe(1);
  await carryOut(
    tree,
    commandIn(told.stderr, /^Hint: lane (doctor --fix --feature \S+) shows what can be mended$/m),
    1,
  );
  return true;
}

/** Looks at the plan, then carries it out as the plan itself says. */
async function carryOut(tree: Tree, fix: string, code: number): Promise<void> {
  const shown = await tree.lane(fix);
  expect(shown.code).toBe(code);
  const apply = commandIn(shown.stdout, /nothing is written yet: --fix (--apply) carries (?:them|it) out/);
  expect(await tree.lane(`${fix} ${apply}`)).toMatchObject({ code: 0 });
}

function commandIn(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no command in: ${text}`);
  return found;
}
