/** The runs of lane during which the power is cut. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LONG_TEXT } from "../support/checkpoints.ts";
import { batchLines } from "../support/damaged_logs.ts";
import { lineAt, SLUG } from "../support/project.ts";

/** What is there, and what is called. */
export interface Cut {
  readonly name: string;
  /** What the log holds before, all of it answered. */
  readonly log: string;
  readonly prepare: (root: string) => void;
  /** One after another. */
  readonly calls: readonly (readonly string[])[];
  /** What must work after it. */
  readonly next: readonly string[];
  /** Whether nothing has to work before an event was answered. */
  readonly only_answered?: boolean;
}

const OLD = lineAt(1, { wp_id: "WP02" }) + lineAt(2, { wp_id: "WP03" });
const EMIT = ["emit", "WP01", "--to", "claimed", "--actor", "ana"];
/** Long enough for a checkpoint. */
const LONG = OLD + lineAt(3, { wp_id: "WP05", reason: LONG_TEXT });
/** Of a work package that nothing else moves. */
const NEXT = ["emit", "WP04", "--to", "claimed", "--actor", "bo", "--force", "--reason", "next"];

function files(log: string | undefined, more: Readonly<Record<string, string>> = {}) {
  const page = (wp: string) => `---\nwork_package_id: ${wp}\ntitle: ${wp}\nlane: planned\n---\n\n# ${wp}\n`;
  const feature = {
    "tasks.md": "# Tasks\n\n<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n",
    "tasks/WP01.md": page("WP01"),
    "tasks/WP04.md": page("WP04"),
    ...(log === undefined ? {} : { "status.events.jsonl": log }),
  };
  const in_feature = Object.entries(feature).map(([name, text]) => [`kitty-specs/${SLUG}/${name}`, text]);
  return (root: string) => {
    for (const [name = "", text = ""] of [...in_feature, ...Object.entries(more)]) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  };
}

const REQUESTS = Array.from({ length: 6 }, (_, i) => ({
  wp_id: `WP0${5 + (i % 3)}`,
  to_lane: i < 3 ? "claimed" : "in_progress",
  idempotency_key: `cut-${i}`,
}));
const BATCH = REQUESTS.map((request) => `${JSON.stringify(request)}\n`).join("");
const TORN = `${OLD}${batchLines(10, 3).slice(0, 700)}`;

export const CUTS: readonly Cut[] = [
  {
    name: "the first feature of a repository, and its first emit",
    log: "",
    prepare: (root) => {
      for (const folder of ["objects", "refs"]) mkdirSync(join(root, ".git", folder), { recursive: true });
      writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/main\n");
    },
    calls: [
      ["new", SLUG, "--json"],
      ["add", "First", "--json"],
      [...EMIT, "--json"],
    ],
    next: NEXT,
    only_answered: true,
  },
  { name: "the first emit", log: "", prepare: files(undefined), calls: [[...EMIT, "--json"]], next: NEXT },
  { name: "an emit", log: OLD, prepare: files(OLD), calls: [[...EMIT, "--json"]], next: NEXT },
  {
    name: "an emit of four sectors",
    log: OLD,
    prepare: files(OLD),
    calls: [[...EMIT, "--reason", "x".repeat(1500), "--json"]],
    next: NEXT,
  },
  {
    name: "an emit behind a line without its end",
    log: OLD,
    prepare: files(OLD.trimEnd()),
    calls: [[...EMIT, "--reason", "x".repeat(600), "--json"]],
    next: NEXT,
  },
  {
    name: "a batch",
    log: OLD,
    prepare: files(OLD, { "batch.jsonl": BATCH }),
    calls: [["emit", "--batch", "batch.jsonl", "--actor", "ana", "--json"]],
    next: NEXT,
  },
  {
    name: "next --claim",
    log: OLD,
    prepare: files(OLD),
    calls: [["next", "--claim", "--actor", "ana", "--json"]],
    next: NEXT,
  },
  {
    name: "emits that leave a checkpoint and go on from it",
    log: LONG,
    prepare: files(LONG),
    calls: [
      [...EMIT, "--json"],
      ["emit", "WP01", "--to", "in_progress", "--actor", "ana", "--json"],
    ],
    next: NEXT,
  },
  {
    name: "doctor on a torn batch",
    log: OLD,
    prepare: files(TORN),
    calls: [["doctor", "--fix", "--apply", "--json"]],
    next: NEXT,
  },
  {
    name: "two emits",
    log: OLD,
    prepare: files(OLD),
    calls: [
      [...EMIT, "--json"],
      ["emit", "WP01", "--to", "in_progress", "--actor", "ana", "--json"],
    ],
    next: NEXT,
  },
];
