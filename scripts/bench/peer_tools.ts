// The tools that lane is compared with, installed into a temporary folder and started as their users start them.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentWithoutLane, LANE } from "../project.ts";
import { appendedLines, LOG, makeProject, run } from "./ground.ts";
import type { Peer } from "./peers.ts";

const ITEMS = 50;
/** The version that the figures in the README are of. */
const BACKLOG = "backlog.md@1.52.0";

type Prepared = Peer | { name: string; missing: string };

export function prepareLane(folder: string): Peer {
  const cwd = join(folder, "lane");
  makeProject(cwd, ITEMS);
  const log_bytes = () => statSync(join(cwd, LOG), { throwIfNoEntry: false })?.size ?? 0;
  const emit = (to: string) => [LANE, "emit", "WP01", "--to", to, "--actor", "bench"];
  run(cwd, emit("blocked"));
  return {
    name: "lane",
    version: run(cwd, [LANE, "--version"])
      .replace(/^lane /, "")
      .trim(),
    cwd,
    env: environmentWithoutLane(),
    change(run) {
      const to = run % 2 === 0 ? "in_progress" : "blocked";
      const before_bytes = log_bytes();
      const isDone = () => appendedLines(cwd, before_bytes).some((line) => JSON.parse(line).to_lane === to);
      return { cmd: emit(to), verify: () => expectDone("lane", isDone()) };
    },
    // Any other change of lane could be refused, since somebody else moved the work package first.
    mark: (mark) => [...emit("in_progress"), "--force", "--reason", mark],
    marks: () => appendedLines(cwd, 0).map((line) => String(JSON.parse(line).reason)),
  };
}

export function prepareBacklog(folder: string): Prepared {
  const name = "Backlog.md";
  const env = { ...environmentWithoutLane(), HOME: join(folder, "home") };
  const cwd = join(folder, "backlog");
  const tools = join(folder, "backlog_tools");
  mkdirSync(env.HOME, { recursive: true });
  mkdirSync(cwd);
  mkdirSync(tools);
  return orMissing(name, () => {
    // Without a network, npm would try again for minutes.
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"];
    run(tools, ["npm", "install", "--prefix", ".", ...quiet, BACKLOG]);
    const backlog = findBacklog(tools);
    run(cwd, ["git", "init", "--quiet", "--template="]);
    run(cwd, [backlog, "init", "bench", "--defaults"], env);
    const tasks = join(cwd, "backlog", "tasks");
    makeTasks(cwd, tasks, [backlog, "task", "create", "Piece of work 1"], env);
    const [first = ""] = readdirSync(tasks).filter((file) => file.startsWith("task-1 "));
    const page = () => readFileSync(join(tasks, first), "utf8");
    return {
      name,
      version: run(cwd, [backlog, "--version"], env).trim(),
      cwd,
      env,
      change(run) {
        const to = run % 2 === 0 ? "In Progress" : "To Do";
        const isDone = () => page().includes(`\nstatus: ${to}\n`);
        return {
          cmd: [backlog, "task", "edit", "1", "-s", to],
          verify: () => expectDone(name, isDone()),
        };
      },
      mark: (mark) => [backlog, "task", "edit", "1", "--add-label", mark],
      marks: () => [...page().matchAll(/^ +- (\S+)$/gm)].map(([, label = ""]) => label),
    };
  });
}

/** The executable itself: what npm starts before it, a script for Node.js, is not counted. */
function findBacklog(tools: string): string {
  const modules = join(tools, "node_modules");
  const [platform] = readdirSync(modules).filter((name) => name.startsWith("backlog.md-"));
  if (platform === undefined) throw new Error("there is no Backlog.md for this platform");
  const file = process.platform === "win32" ? "backlog.exe" : "backlog";
  return join(modules, platform, file);
}

/** The first by its own command, and the others as copies: it takes about a second for each. */
function makeTasks(cwd: string, tasks: string, create: string[], env: Peer["env"]): void {
  run(cwd, create, env);
  const [first = ""] = readdirSync(tasks);
  const page = readFileSync(join(tasks, first), "utf8");
  for (let number = 2; number <= ITEMS; number++) {
    const text = page
      .replace("TASK-1", `TASK-${number}`)
      .replace("Piece of work 1", `Piece of work ${number}`)
      .replace("ordinal: 1000", `ordinal: ${number}000`);
    writeFileSync(join(tasks, `task-${number} - Piece-of-work-${number}.md`), text);
  }
}

export function prepareTaskwarrior(folder: string): Prepared {
  const name = "taskwarrior";
  const cwd = join(folder, "taskwarrior");
  mkdirSync(cwd);
  const env = { ...environmentWithoutLane(), TASKRC: join(cwd, "taskrc"), TASKDATA: join(cwd, "data") };
  return orMissing(name, () => {
    // Downloaded and unpacked: nothing is installed on the machine.
    run(cwd, ["apt-get", "download", "-q", "taskwarrior"]);
    const [archive = ""] = readdirSync(cwd).filter((file) => file.endsWith(".deb"));
    run(cwd, ["dpkg", "-x", archive, "tools"]);
    const task = join(cwd, "tools", "usr", "bin", "task");
    mkdirSync(env.TASKDATA);
    writeFileSync(env.TASKRC, `data.location=${env.TASKDATA}\nconfirmation=off\n`);
    for (let number = 1; number <= ITEMS; number++) run(cwd, [task, "add", `Piece of work ${number}`], env);
    const first = () => JSON.parse(run(cwd, [task, "1", "export"], env))[0];
    return {
      name,
      version: run(cwd, [task, "--version"], env).trim(),
      cwd,
      env,
      change(run) {
        const is_start = run % 2 === 0;
        return {
          cmd: [task, "1", is_start ? "start" : "stop"],
          verify: () => expectDone(name, "start" in first() === is_start),
        };
      },
      mark: (mark) => [task, "1", "modify", `+${mark}`],
      marks: () => first().tags ?? [],
    };
  });
}

function orMissing(name: string, prepare: () => Peer): Prepared {
  try {
    return prepare();
  } catch (error) {
    return { name, missing: error instanceof Error ? error.message : String(error) };
  }
}

function expectDone(name: string, is_done: boolean): void {
  if (!is_done) throw new Error(`${name} did not change the state`);
}
