/** What must hold of a run that met a fault: its answer is honest, and nothing is half done. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkMaterialized } from "../../src/pipeline/materialize.ts";
import { openFeature } from "../../src/project/feature.ts";
import { openProject } from "../../src/project/project.ts";
import { type Answer, laneBeside } from "../support/lane.ts";
import { answerOf, filesBelow, lineAt, pageText, SLUG } from "../support/project.ts";

/** What lane is asked to do when the fault strikes. */
export interface Doing {
  readonly name: string;
  /** The log before; undefined where there is none. */
  readonly log: string | undefined;
  readonly words: readonly string[];
  /** Each of these is to be in the log once; none for what records nothing. */
  readonly keys: readonly string[];
}

const OLD = lineAt(1, { wp_id: "WP02" }) + lineAt(2, { wp_id: "WP03" });
const EMIT = "emit WP01 --to claimed --actor ana --idempotency-key k --json".split(" ");
const BATCH_KEYS = ["b0", "b1", "b2", "b3"];

export const DOINGS: readonly Doing[] = [
  { name: "emit", log: OLD, words: EMIT, keys: ["k"] },
  { name: "first emit", log: undefined, words: EMIT, keys: ["k"] },
  {
    name: "batch",
    log: OLD,
    words: ["emit", "--batch", "batch.jsonl", "--actor", "ana", "--json"],
    keys: BATCH_KEYS,
  },
  {
    name: "next --claim",
    log: OLD,
    words: "next --claim --actor ana --idempotency-key k --json".split(" "),
    keys: ["k"],
  },
  { name: "materialize", log: OLD, words: ["materialize", "--json"], keys: [] },
];

const FEATURE = `kitty-specs/${SLUG}`;
const LOG = `${FEATURE}/status.events.jsonl`;

/** Makes the project in which it is done. */
export function prepare(root: string, { log }: Doing): void {
  const page = pageText("planned");
  const batch = BATCH_KEYS.map((idempotency_key, i) => ({
    wp_id: i < 2 ? "WP01" : "WP04",
    to_lane: i % 2 === 0 ? "claimed" : "in_progress",
    idempotency_key,
  }));
  const files = {
    "batch.jsonl": batch.map((request) => `${JSON.stringify(request)}\n`).join(""),
    [`${FEATURE}/tasks.md`]: "# Tasks\n\n<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n",
    [`${FEATURE}/tasks/WP01.md`]: page,
    [`${FEATURE}/tasks/WP04.md`]: page.replaceAll("WP01", "WP04"),
    ...(log === undefined ? {} : { [LOG]: log }),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

/** What the fault itself explains. */
export interface Allowance {
  /** The answer could not be told. */
  readonly answer_lost?: boolean;
  /** The exit codes of a process that a signal ended. */
  readonly ended_by_signal?: readonly number[];
  /** The runtime may not have come so far as to run lane. */
  readonly may_not_start?: boolean;
}

/** One fault in one run. */
export interface Fault {
  /** What the counts call it. */
  readonly kind: string;
  readonly name: string;
  readonly doing: Doing;
  /** Starts lane in a world that has the fault; the words for lane follow. */
  readonly command: readonly string[];
  readonly allowance?: Allowance;
}

/** What is wrong after a fault; undefined when all is as promised. The fault is over by now. */
export async function whatIsWrong(
  root: string,
  doing: Doing,
  answer: Answer,
  allowance: Allowance = {},
): Promise<string | undefined> {
  const log = readLog(root);
  const old = doing.log ?? "";
  if (!log.startsWith(old)) return "the old bytes of the log have changed";
  const recorded = recordedIn(log, doing);
  return (
    whatIsDishonest(answer, recorded, allowance) ??
    (allowance.ended_by_signal === undefined ? undefined : await whatIsBetween(root, old, recorded)) ??
    (log === "" && doing.log === undefined && existsSync(join(root, LOG)) && recorded === "none"
      ? "an empty log is left"
      : undefined) ??
    (await whatIsNotHealed(root, doing))
  );
}

type Recorded = "all" | "none" | "some" | "nothing to record";

/** By a plain reading of the log: a torn line holds no event. */
function recordedIn(log: string, { keys }: Doing): Recorded {
  if (keys.length === 0) return "nothing to record";
  const there = new Set(keysIn(log));
  if (keys.every((key) => there.has(key))) return "all";
  return keys.some((key) => there.has(key)) ? "some" : "none";
}

function keysIn(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    try {
      const { idempotency_key: key } = JSON.parse(line) as { idempotency_key?: string };
      return key === undefined ? [] : [key];
    } catch {
      return [];
    }
  });
}

/** The codes of cli.md that say why nothing was done; 70 would be a bug. */
const KNOWN_CODES = [0, 1, 2, 3, 4, 5, 6];

function whatIsDishonest(answer: Answer, recorded: Recorded, allowance: Allowance): string | undefined {
  const { code, json, stdout, stderr } = answer;
  const told = `${stdout.slice(0, 600)}${stderr.slice(0, 600)}`;
  if (code === 0)
    return recorded === "all" || recorded === "nothing to record"
      ? undefined
      : `success, and recorded: ${recorded}`;
  if (allowance.ended_by_signal?.includes(code ?? -1)) return undefined;
  if (allowance.may_not_start && json === undefined) {
    return recorded === "none" || recorded === "nothing to record"
      ? undefined
      : `no answer, but recorded: ${recorded}`;
  }
  if (!KNOWN_CODES.includes(code ?? -1)) return `it ends with ${code}: ${told}`;
  if (allowance.answer_lost)
    return stderr.includes("what was done stands") ? undefined : `no word on stderr: ${told}`;
  const { error } = (json ?? {}) as { error?: { details?: { outcome_unknown?: boolean } } };
  if (error === undefined) return `no envelope: ${told}`;
  if (recorded === "none" || recorded === "nothing to record") return undefined;
  return error.details?.outcome_unknown === true
    ? undefined
    : `a plain failure, but recorded: ${recorded}: ${told}`;
}

/** After a signal: not begun, or finished, with all that is derived. */
async function whatIsBetween(root: string, old: string, recorded: Recorded): Promise<string | undefined> {
  if (recorded === "some") return "a part is recorded";
  if (recorded === "none") return readLog(root) === old ? undefined : "the log has changed";
  const derived = recorded === "all" ? await derivedIn(root) : undefined;
  return derived === undefined ? undefined : `recorded, but ${derived}`;
}

/** Asked again, it is done, once; snapshot and pages follow, and nothing lies about. */
async function whatIsNotHealed(root: string, doing: Doing): Promise<string | undefined> {
  let again = await laneBeside(root, doing.words);
  if (again.code === 3 && again.stdout.includes('"LOG_TORN"') && again.stdout.includes('"lane doctor')) {
    await laneBeside(root, "doctor --fix --apply --json");
    again = await laneBeside(root, doing.words);
  }
  if (again.code !== 0) return `asked again it ends with ${again.code}: ${again.stdout}${again.stderr}`;
  const there = keysIn(readLog(root)).filter((key) => doing.keys.includes(key));
  if (there.sort().join() !== [...doing.keys].sort().join()) return `asked again, the log holds ${there}`;
  const left = filesBelow(join(root, FEATURE)).filter((name) => name.endsWith(".lane-tmp"));
  // A page is written by the next one who has to change it.
  const of_no_page = left.filter((name) => name.includes("status.json"));
  return of_no_page.length > 0 ? `${of_no_page} is left` : await derivedIn(root);
}

/** What is stale; undefined when snapshot and pages say what the log says. */
async function derivedIn(root: string): Promise<string | undefined> {
  const feature = answerOf(openFeature(answerOf(await openProject(root)), SLUG));
  const { snapshot, views } = answerOf(await checkMaterialized(feature, 0));
  return snapshot === "unchanged" && views === "unchanged"
    ? undefined
    : `snapshot ${snapshot}, views ${views}`;
}

function readLog(root: string): string {
  const path = join(root, LOG);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
