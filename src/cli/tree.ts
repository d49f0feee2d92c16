/** The command tree. A new command is one entry here and one file in `commands/`. */

import type { ArgsDef } from "citty";
import { TRANSITION_ARGS, WP } from "./transition_args.ts";
import { type Verb, verb } from "./verb.ts";

/** Options that every command takes, before or after its name. */
export const GLOBAL_ARGS = {
  json: { type: "boolean", description: "Answer with one JSON object on stdout" },
  feature: { type: "string", valueHint: "slug", description: "The feature, or a prefix that only it has" },
  root: { type: "string", valueHint: "dir", description: "The project's root" },
  here: { type: "boolean", description: "In a linked worktree: use its own features" },
  "lock-timeout": {
    type: "string",
    valueHint: "seconds",
    default: "10",
    description: "How long to wait for the feature's lock",
  },
  "no-color": { type: "boolean", description: "No colour" },
  help: { type: "boolean", alias: "h", description: "What the command is for, and its options" },
} as const satisfies ArgsDef;

/** What lane says of itself; asked without a command. */
export const ABOUT_ARGS = {
  version: { type: "boolean", description: "Which lane this is" },
  licenses: { type: "boolean", description: "The licences of lane and of what is inside it" },
} as const satisfies ArgsDef;

/** Every command, in the order in which help shows them. */
export const VERBS: Readonly<Record<string, Verb>> = {
  emit: verb({
    summary: "Move a work package to another lane, and record who did it",
    args: {
      wp: WP,
      to: { type: "string", valueHint: "lane", required: true, description: "The lane to move it to" },
      ...TRANSITION_ARGS,
      batch: {
        type: "string",
        valueHint: "file|-",
        description:
          "Many moves of one feature, all or none: a JSON object a line, from a file or from stdin",
      },
    },
    other_way: {
      option: "batch",
      beside: ["actor", "dry-run"],
      hint: "leave it out: each line of a batch says its own",
    },
    examples: [
      "lane emit WP01 --to claimed --actor claude --idempotency-key claim-WP01-1",
      "lane emit WP01 --to done --actor ana --reviewer ana --reference PR#12",
      "lane emit --batch moves.jsonl --actor claude --dry-run",
    ],
    load: async () => (await import("../commands/emit.ts")).emit,
  }),
  move: verb({
    summary: "The same as emit, for hands",
    args: {
      wp: WP,
      lane: { type: "positional", description: "The lane to move it to", required: true },
      ...TRANSITION_ARGS,
    },
    examples: [
      "lane move 1 claimed --actor ana",
      'lane move 1 planned --actor ana --reason "needs a new plan"',
    ],
    load: async () => (await import("../commands/move.ts")).move,
  }),
  next: verb({
    summary: "Say what can be begun now; with --claim, take the first of it up",
    args: {
      claim: { type: "boolean", description: "Claim the first that is ready: no two callers get the same" },
      actor: TRANSITION_ARGS.actor,
      reason: TRANSITION_ARGS.reason,
      "execution-mode": {
        type: "string",
        valueHint: "worktree|direct_repo",
        description: "How the work will be done (default: worktree)",
      },
      "idempotency-key": TRANSITION_ARGS["idempotency-key"],
      "dry-run": TRANSITION_ARGS["dry-run"],
    },
    examples: ["lane next --json", "lane next --claim --actor claude --idempotency-key run7-claim-1"],
    load: async () => (await import("../commands/next.ts")).next,
  }),
  show: verb({
    summary: "Show where every work package stands, or the history of one",
    args: { wp: { ...WP, required: false, description: "Only this one, with its history" } },
    examples: ["lane show", "lane show WP01 --json"],
    load: async () => (await import("../commands/show.ts")).show,
  }),
  board: verb({
    summary: "Show the lanes as columns, and who is at work in them",
    args: {
      all: { type: "boolean", description: "Every feature, one line each" },
      watch: { type: "boolean", description: "Draw it again whenever something changes, until Ctrl-C" },
    },
    examples: ["lane board", "lane board --all --watch"],
    load: async () => (await import("../commands/board.ts")).board,
  }),
  log: verb({
    summary: "Tell what happened, the newest last; with --follow, also what happens next",
    args: {
      wp: { ...WP, required: false, description: "Only what happened to this one" },
      since: {
        type: "string",
        valueHint: "when",
        description: "Only what happened since then: 2026-02-08, 3h, 2d, 1w",
      },
      limit: { type: "string", valueHint: "count", description: "Only so many, the newest" },
      actor: { type: "string", valueHint: "who", description: "Only what they did" },
      to: { type: "string", valueHint: "lane", description: "Only moves to this lane" },
      follow: {
        type: "boolean",
        description: "Go on until Ctrl-C, after the last 10 events, or --limit; with --json an event a line",
      },
    },
    examples: ["lane log --since 2d --to done", "lane log --follow --json"],
    load: async () => (await import("../commands/log.ts")).log,
  }),
  flow: verb({
    summary: "Say how long work takes, how much gets done, and how often it goes back",
    args: {
      all: { type: "boolean", description: "Every feature" },
      since: {
        type: "string",
        valueHint: "when",
        description: "Only what happened since then: 2026-02-08, 3h, 2d, 1w",
      },
      csv: { type: "boolean", description: "As CSV, a row for each work package" },
      html: {
        type: "string",
        valueHint: "file",
        description: "Write a page with charts that needs nothing else",
      },
    },
    notes: [
      "Lead time: from the first event to finished. Cycle time: from the first entry in an active lane to finished.",
      "Time per lane: all stays of a work package in it that ended; the one under way counts in its age.",
      "Age: of work in progress, since it was first in an active lane.",
      "WIP: begun and not over. Finished a week: by ISO week, UTC.",
      "Rollbacks: of all verdicts (finished, or sent back) those that sent back. Forced: of all events those with force.",
      "Percentiles are interpolated as spreadsheets do it (PERCENTILE.INC). Superseded events move nothing.",
      "Times that are not known (1970, by migration) have no length; series take a time to come for now.",
    ],
    examples: ["lane flow --feature 034", "lane flow --all --since 4w --html flow.html"],
    load: async () => (await import("../commands/flow.ts")).flow,
  }),
  materialize: verb({
    summary: "Renew the snapshot and the views from the log",
    args: {
      all: { type: "boolean", description: "Every feature" },
      check: { type: "boolean", description: "Write nothing; exit 1 when something is stale" },
    },
    examples: ["lane materialize", "lane materialize --all --check"],
    load: async () => (await import("../commands/materialize.ts")).materialize,
  }),
  validate: verb({
    summary: "Say everything that is wrong with a feature, and write nothing",
    args: {
      all: { type: "boolean", description: "Every feature" },
      staged: { type: "boolean", description: "The features with staged changes, their logs as staged" },
      format: {
        type: "string",
        valueHint: "text|github|sarif",
        default: "text",
        description: "The form of the answer: for people, as GitHub annotations, as SARIF 2.1.0",
      },
    },
    examples: ["lane validate --feature 034", "lane validate --all --format github"],
    load: async () => (await import("../commands/validate.ts")).validate,
  }),
  doctor: verb({
    summary: "The same, and who is at work; repair what can be repaired",
    args: {
      all: { type: "boolean", description: "Every feature" },
      fix: { type: "boolean", description: "Show what would be repaired, and how" },
      apply: { type: "boolean", description: "With --fix: carry it out; what is replaced is kept aside" },
    },
    examples: ["lane doctor --feature 034", "lane doctor --all --fix"],
    load: async () => (await import("../commands/doctor.ts")).doctor,
  }),
  migrate: verb({
    summary: "Make a log of what only the pages' frontmatter says; without --apply, show the plan",
    args: {
      all: { type: "boolean", description: "Every feature" },
      apply: { type: "boolean", description: "Carry the plan out" },
    },
    examples: ["lane migrate --feature 034", "lane migrate --all --json"],
    load: async () => (await import("../commands/migrate.ts")).migrate,
  }),
  new: verb({
    summary: "Start a feature",
    args: {
      slug: {
        type: "positional",
        description: "Its slug: one folder name, like 034-status-model",
        required: true,
      },
    },
    examples: ["lane new 001-parser", "lane new 001-parser --root ."],
    load: async () => (await import("../commands/new.ts")).createFeature,
  }),
  add: verb({
    summary: "Add a work package to a feature, under the next free id",
    args: {
      title: { type: "positional", description: "What is to be done", required: true },
      "depends-on": {
        type: "string",
        valueHint: "ids",
        description: "What must be finished first: WP01,WP02",
      },
    },
    examples: ['lane add "Read the header"', 'lane add "Read the body" --depends-on WP01'],
    load: async () => (await import("../commands/add.ts")).add,
  }),
  init: verb({
    summary: "Set up a project and this clone: folders, settings, how git merges",
    args: {
      hook: { type: "boolean", description: "Also check what is committed, and renew after merges" },
    },
    examples: ["lane init", "lane init --hook"],
    load: async () => (await import("../commands/init.ts")).init,
  }),
  uninstall: verb({
    summary: "Take back what init and guide --install did, and nothing else",
    args: {},
    examples: ["lane uninstall", "lane uninstall --root ."],
    load: async () => (await import("../commands/uninstall.ts")).uninstall,
  }),
  sync: verb({
    summary: "Deliver to sinks what they have not heard yet, and say how they stand",
    args: {
      status: { type: "boolean", description: "Only say what is due, delivered and parked, and why" },
      trust: {
        type: "string",
        valueHint: "sink",
        description: "Trust a sink of the repository on this machine, as it is defined now",
      },
      "retry-parked": { type: "boolean", description: "Try again what a sink refused, too" },
      "dry-run": { type: "boolean", description: "Say what would go, and send nothing" },
    },
    notes: [
      "Sinks stand in .kittify/config.yaml and ~/.config/lanekeeper/config.yaml: status.telemetry.sinks.",
      "All features, or the one that --feature or LANE_FEATURE names.",
    ],
    examples: ["lane sync --status", "lane sync --trust hub"],
    load: async () => (await import("../commands/sync.ts")).sync,
  }),
  workflow: verb({
    summary: "Show the lanes of a feature, and what each move between them needs",
    args: {
      mermaid: { type: "boolean", description: "As the text of a Mermaid state diagram" },
      check: { type: "boolean", description: "Only say whether the workflow can be used, and what is wrong" },
    },
    examples: ["lane workflow --feature 034", "lane workflow --mermaid"],
    load: async () => (await import("../commands/workflow.ts")).workflow,
  }),
  schema: verb({
    summary: "Print what programs can rely on, as JSON Schema",
    args: {
      name: {
        type: "positional",
        valueHint: "event|snapshot|config|meta|request|output",
        description: "Which one; without it, the list",
        required: false,
      },
      command: { type: "positional", description: "With output: only this command's", required: false },
    },
    examples: ["lane schema output emit", "lane schema event"],
    load: async () => (await import("../commands/schema.ts")).schema,
  }),
  guide: verb({
    summary: "Print what an agent has to know, for its instructions file",
    args: {
      install: {
        type: "boolean",
        description: "Put it into AGENTS.md or CLAUDE.md, between two markers",
      },
    },
    examples: ["lane guide", "lane guide --install"],
    load: async () => (await import("../commands/guide.ts")).guide,
  }),
  help: verb({
    summary: "Explain a command or a topic",
    args: {
      topic: {
        type: "positional",
        valueHint: "lanes|events|merging|agents|exit-codes|command",
        description: "A topic (lanes, events, merging, agents, exit-codes) or a command",
        required: false,
      },
    },
    takes_more: true,
    examples: ["lane help lanes", "lane help exit codes"],
    load: async () => (await import("../commands/help.ts")).help,
  }),
  completions: verb({
    summary: "Print a script that lets your shell complete commands, options and their values",
    args: {
      shell: {
        type: "positional",
        valueHint: "bash|zsh|fish|powershell",
        description: "The shell that it is for",
        required: true,
      },
    },
    notes: [
      "For good, in each shell's start-up file, or in a file that it looks for by itself:",
      '  bash        eval "$(lane completions bash)"                   in ~/.bashrc; with the package',
      "              bash-completion: ~/.local/share/bash-completion/completions/lane",
      "  zsh         source <(lane completions zsh)                    in ~/.zshrc, after compinit; or a",
      "              file _lane in a folder of $fpath",
      "  fish        lane completions fish | source                    in ~/.config/fish/config.fish; or",
      "              ~/.config/fish/completions/lane.fish",
      "  powershell  lane completions powershell | Out-String | Invoke-Expression      in $PROFILE",
    ],
    examples: ["lane completions bash", "lane completions zsh --json"],
    load: async () => (await import("../commands/completions.ts")).completions,
  }),
  complete: verb({
    summary: "Say what could stand at the end of a command line, for the scripts of lane completions",
    is_internal: true,
    takes_more: true,
    args: {
      shell: {
        type: "positional",
        valueHint: "bash|zsh|fish|powershell",
        description: "Which shell's quotes the words are in; then --, and the words up to the cursor",
        required: true,
      },
    },
    examples: ['lane complete zsh -- emit WP01 --to ""', "lane complete fish --json -- emit WP"],
    load: async () => (await import("../commands/complete.ts")).complete,
  }),
  "merge-driver": verb({
    summary: "Merge a work package's page for git, which calls this",
    is_internal: true,
    args: {
      kind: { type: "positional", description: "What is merged: page", required: true },
      base: { type: "positional", description: "The file with the common ancestor", required: true },
      ours: { type: "positional", description: "The file with our side; gets the result", required: true },
      theirs: { type: "positional", description: "The file with their side", required: true },
      "marker-size": {
        type: "positional",
        description: "How many characters a conflict marker has",
        required: true,
      },
      path: { type: "positional", description: "Where the page lies in the repository", required: true },
    },
    examples: [
      "lane merge-driver page base.md ours.md theirs.md 7 kitty-specs/001-parser/tasks/WP01.md",
      "lane merge-driver page %O %A %B %L %P",
    ],
    load: async () => (await import("../commands/merge_driver.ts")).mergeDriver,
  }),
};
