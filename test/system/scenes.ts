/** The calls whose screens are kept: each command's success, refusal, usage error and nothing to show. */

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeProject, type TemporaryProject } from "../support/project.ts";
import { makeLively } from "../support/screens.ts";

export interface Scene {
  /** Also its file's name in `screens/`. */
  readonly name: string;
  /** What stands behind `lane`, as a shell reads it. */
  readonly line: string;
  readonly make: () => TemporaryProject;
  /** Whether it shows texts of people (titles, actors) that are not ASCII. */
  readonly has_live_text?: boolean;
}

/** A feature with nothing in it. */
const empty = () => makeProject({ files: { "meta.json": "{}\n" } });

/** A lively feature beside an empty and a broken one. */
function many(): TemporaryProject {
  const project = makeLively();
  const features = join(project.root, "kitty-specs");
  for (const slug of ["001-empty", "099-broken"]) mkdirSync(join(features, slug));
  appendFileSync(join(features, "099-broken", "status.events.jsonl"), "<<<<<<< HEAD\n");
  return project;
}

function corrupt(): TemporaryProject {
  const project = makeLively();
  appendFileSync(project.log_path, '{"half":\n');
  return project;
}

/** A mission, whose work goes through nine lanes. */
function mission(): TemporaryProject {
  const project = makeLively();
  project.write("meta.json", '{"status_workflow": "nine-lane"}\n');
  return project;
}

/** A repository that names sinks, none of which is trusted. */
function untrusted(): TemporaryProject {
  const project = makeLively();
  mkdirSync(join(project.root, ".kittify"));
  const sinks = [
    { name: "hub", kind: "http", url: "https://hub.example.org/events" },
    { name: "evil", kind: "command", run: ["/bin/sh", "-c", "true"] },
  ];
  writeFileSync(
    join(project.root, ".kittify", "config.yaml"),
    JSON.stringify({ status: { telemetry: { sinks } } }),
  );
  return project;
}

export const SCENES: readonly Scene[] = [
  { name: "lane", line: "", make: empty },
  { name: "unknown-command", line: "shwo", make: empty },
  { name: "emit", line: "emit WP07 --to claimed --actor claude", make: makeLively },
  { name: "emit-refused", line: "emit WP08 --to done --actor claude", make: makeLively },
  { name: "emit-there-already", line: "emit WP08 --to claimed --actor claude", make: makeLively },
  { name: "emit-usage", line: "emit WP08 --to --actor claude", make: makeLively },
  { name: "emit-help", line: "emit --help", make: empty },
  { name: "move", line: "move 8 in_progress --actor claude", make: makeLively },
  { name: "move-guard", line: "move 2 for_review --actor claude", make: makeLively },
  { name: "next", line: "next", make: makeLively },
  { name: "next-claim", line: "next --claim --actor claude", make: makeLively },
  { name: "next-empty", line: "next", make: empty },
  { name: "next-claim-empty", line: "next --claim --actor claude", make: empty },
  { name: "next-usage", line: "next --actor claude", make: makeLively },
  { name: "show", line: "show", make: makeLively, has_live_text: true },
  { name: "show-wp", line: "show WP03", make: makeLively },
  { name: "show-empty", line: "show", make: empty },
  { name: "show-missing", line: "show WP99", make: makeLively },
  { name: "show-corrupt", line: "show", make: corrupt },
  { name: "show-ambiguous", line: "show", make: many },
  { name: "materialize", line: "materialize", make: makeLively },
  { name: "materialize-check", line: "materialize --check", make: makeLively },
  { name: "validate", line: "validate", make: makeLively },
  { name: "validate-corrupt", line: "validate", make: corrupt },
  { name: "doctor", line: "doctor", make: makeLively },
  { name: "doctor-fix", line: "doctor --fix", make: corrupt },
  { name: "migrate", line: "migrate", make: makeLively },
  { name: "new", line: "new 002-next", make: empty },
  { name: "new-refused", line: "new 'a b'", make: empty },
  { name: "add", line: "add 'Read the footer' --depends-on WP01", make: makeLively },
  { name: "add-usage", line: "add", make: makeLively },
  { name: "board", line: "board", make: makeLively, has_live_text: true },
  { name: "board-nine-lane", line: "board", make: mission, has_live_text: true },
  { name: "workflow-nine-lane", line: "workflow", make: mission },
  { name: "workflow-check", line: "workflow --check", make: mission },
  { name: "emit-nine-lane-refused", line: "emit WP04 --to done --actor ana", make: mission },
  { name: "board-all", line: "board --all", make: many, has_live_text: true },
  { name: "board-empty", line: "board", make: empty },
  { name: "board-watch-piped", line: "board --watch --json", make: makeLively },
  { name: "log", line: "log", make: makeLively, has_live_text: true },
  { name: "log-wp", line: "log WP03 --limit 3", make: makeLively },
  { name: "log-empty", line: "log", make: empty },
  { name: "log-usage", line: "log --since yesterday", make: makeLively },
  { name: "flow", line: "flow", make: makeLively, has_live_text: true },
  { name: "flow-all", line: "flow --all", make: many, has_live_text: true },
  { name: "flow-empty", line: "flow", make: empty },
  { name: "flow-usage", line: "flow --csv --json", make: makeLively },
  { name: "flow-refused", line: "flow --html no/flow.html", make: makeLively },
  { name: "sync", line: "sync", make: untrusted },
  { name: "sync-status", line: "sync --status", make: untrusted },
  { name: "sync-trust-refused", line: "sync --trust evil", make: untrusted },
  { name: "sync-usage", line: "sync --trust hbu", make: untrusted },
  { name: "sync-empty", line: "sync", make: empty },
  { name: "emit-untrusted", line: "emit WP07 --to claimed --actor claude", make: untrusted },
  { name: "workflow", line: "workflow", make: makeLively },
  { name: "workflow-mermaid", line: "workflow --mermaid", make: makeLively },
  { name: "schema", line: "schema", make: empty },
  { name: "schema-usage", line: "schema evnt", make: empty },
  { name: "guide", line: "guide", make: makeLively },
  { name: "guide-install", line: "guide --install", make: makeLively },
  { name: "help", line: "help", make: empty },
  { name: "help-lanes", line: "help lanes", make: empty },
  { name: "help-exit-codes", line: "help exit codes", make: empty },
  { name: "help-unknown", line: "help lnaes", make: empty },
  { name: "completions-usage", line: "completions bsh", make: empty },
  { name: "init", line: "init", make: empty },
  { name: "uninstall", line: "uninstall", make: empty },
];
