/** The rows of what lane says about itself: help, version, schemas, workflows, the guide. */

import {
  afterCalls,
  badConfig,
  corruptLog,
  inProject,
  nowhere,
  repository,
  withFiles,
  withOwnWorkflow,
} from "./places.ts";
import { type Row, row } from "./row.ts";

const SELF: readonly Row[] = [
  row("lane", "ok", "no command", "", { make: nowhere }),
  row("lane", "ok", "--help", "--help", { make: nowhere }),
  row("lane", "ok", "--version", "--version", { make: nowhere }),
  row("lane", "ok", "--licenses", "--licenses", { make: nowhere }),
  row("lane", "USAGE", "a misspelt command", "emti 1", { make: nowhere }),
  row("lane", "USAGE", "an option that is none", "--frobnicate", { make: nowhere }),
  row("schema", "ok", "no name", "schema", { make: nowhere }),
  ...["event", "snapshot", "config", "meta", "request", "output", "output emit"].map((name) =>
    row("schema", "ok", name, `schema ${name}`, { make: nowhere }),
  ),
  row("schema", "USAGE", "a name that is none", "schema evnt", { make: nowhere }),
  row("schema", "USAGE", "a command that is none", "schema output emti", { make: nowhere }),
  row("schema", "USAGE", "a command where none belongs", "schema event emit", { make: nowhere }),
];

const OWN = `name: own
lanes: [{name: planned}, {name: done, terminal: true, finished: true}]
pairs: [{from: [planned], to: [done], guards: [actor]}]
`;

const EXPLAINED: readonly Row[] = [
  row("help", "ok", "no topic", "help", { make: nowhere }),
  row("help", "ok", "a topic", "help exit codes", { make: nowhere }),
  row("help", "ok", "a command", "help emit", { make: nowhere }),
  row("help", "USAGE", "a topic that is none", "help lnaes", { make: nowhere }),
  row("workflow", "ok", "no project", "workflow", { make: nowhere }),
  row("workflow", "ok", "a feature", "workflow --feature 034"),
  row("workflow", "ok", "a diagram", "workflow --mermaid"),
  row("workflow", "ok", "a check of the usual one", "workflow --check"),
  row("workflow", "ok", "a check of a project's own", "workflow --check", { make: withOwnWorkflow(OWN) }),
  row("workflow", "CHECK_FAILED", "a check of one that is wrong", "workflow --check", {
    make: withOwnWorkflow(OWN.replace("[done]", "[dnoe]")),
  }),
  row("workflow", "CONFIG_INVALID", "one that is wrong", "workflow", {
    make: withOwnWorkflow(OWN.replace("[done]", "[dnoe]")),
  }),
  row("workflow", "USAGE", "two forms", "workflow --check --mermaid"),
  row("guide", "ok", "the page", "guide", { make: nowhere }),
  row("guide", "ok", "a configuration that is no YAML", "guide", { make: badConfig }),
  row("guide", "ok", "an installation", "guide --install", { make: repository, writes: true }),
  row("guide", "ok", "one that was installed", "guide --install", {
    make: afterCalls(inProject(), "guide --install"),
  }),
  row("guide", "CONFIG_INVALID", "a file that git does not read", "guide --install", {
    make: withFiles(repository, { "AGENTS.md": "\u0000" }),
  }),
  row("guide", "USAGE", "a word too many", "guide agents", { make: nowhere }),
];

const COMPLETED: readonly Row[] = [
  ...["bash", "zsh", "fish", "powershell"].map((shell) =>
    row("completions", "ok", shell, `completions ${shell}`, { make: nowhere }),
  ),
  row("completions", "USAGE", "no shell", "completions", { make: nowhere }),
  row("completions", "USAGE", "a shell that is none", "completions bsh", { make: nowhere }),
  row("complete", "ok", "a command to complete", "complete fish -- em", { make: nowhere }),
  row("complete", "ok", "a lane to complete", "complete fish -- emit WP01 --to c"),
  row("complete", "ok", "a log that can't be read", "complete bash -- show W", {
    make: corruptLog,
  }),
  row("complete", "USAGE", "a shell that is none", "complete bsh", { make: nowhere }),
];

export const ABOUT_ROWS: readonly Row[] = [...SELF, ...EXPLAINED, ...COMPLETED];
