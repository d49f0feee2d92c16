/** The rows of the commands that look and keep things true: show, materialize, validate, doctor, migrate. */

import { lineAt, pageText, SLUG } from "../../support/project.ts";
import {
  afterCalls,
  claimed,
  conflictedLog,
  corruptLog,
  inProject,
  locked,
  noFeatures,
  repository,
  tornLog,
  twoFeatures,
  unmigrated,
  withFiles,
  withFolders,
  withLog,
} from "./places.ts";
import { type Row, row } from "./row.ts";

const STALE = withLog(lineAt(1));
const NO_WPS = inProject({ files: { "meta.json": "{}" } });
const HISTORY = withLog(
  lineAt(1, { force: true, reason: "a\u001b[31mb" }) + lineAt(2, { to_lane: "canceled", actor: "bob" }),
);
const FOREIGN_EVENT = withLog(
  `${JSON.stringify({ ...JSON.parse(lineAt(1)), actor: { tool: "x" }, note: "theirs" })}\n{"event_type":"y"}\n`,
  "claimed",
);
const DONE_BADLY = withFiles(unmigrated, {
  [`kitty-specs/${SLUG}/tasks/WP01-first.md`]: pageText("nowhere"),
});
const ONE_IS_BROKEN = withFiles(claimed, { "kitty-specs/999-x/status.events.jsonl": "x\n" });

const SHOW: readonly Row[] = [
  row("show", "ok", "a feature", "show"),
  row("show", "ok", "a feature without work packages", "show", { make: NO_WPS }),
  row("show", "ok", "a work package", "show 1", { make: HISTORY }),
  row("show", "ok", "another tool's events", "show 1", { make: FOREIGN_EVENT }),
  row("show", "ok", "pages that have moved, and no log", "show", { make: unmigrated }),
  row("show", "ok", "a feature by its prefix", "show --feature 034"),
  row("show", "ok", "a lock that is held", "show --lock-timeout 0", { make: locked }),
  row("show", "NO_WORK_PACKAGE", "neither page nor event", "show WP99"),
  row("show", "INVALID_ID", "an id that is none", "show WP"),
  row("show", "CONFIG_INVALID", "a workflow that is none", "show", {
    make: inProject({ config: "status: {workflow: none}" }),
  }),
];

const MATERIALIZE: readonly Row[] = [
  row("materialize", "ok", "something to renew", "materialize", { make: STALE, writes: true }),
  row("materialize", "ok", "nothing to renew", "materialize", { make: claimed }),
  row("materialize", "ok", "a check that finds nothing", "materialize --check", { make: claimed }),
  row("materialize", "ok", "no features", "materialize --all", { make: noFeatures }),
  row("materialize", "CHECK_FAILED", "a check that finds something", "materialize --check", { make: STALE }),
  row("materialize", "LOG_CORRUPT", "one feature of several that can't be read", "materialize --all", {
    make: ONE_IS_BROKEN,
  }),
];

const VALIDATE: readonly Row[] = [
  row("validate", "ok", "nothing that is wrong", "validate", { make: claimed }),
  row("validate", "ok", "warnings alone", "validate", { make: STALE }),
  row("validate", "ok", "no features", "validate --all", { make: noFeatures }),
  row("validate", "ok", "nothing that is staged", "validate --staged", {
    make: withFolders(repository, "kitty-specs"),
  }),
  row("validate", "CHECK_FAILED", "one feature of several that is broken", "validate --all", {
    make: ONE_IS_BROKEN,
  }),
  row("validate", "IO", "--staged where there is no git", "validate --staged"),
  row("validate", "USAGE", "two choices of features", "validate --all --staged"),
  row("validate", "USAGE", "a form that is none", "validate --format xml"),
];

const DOCTOR: readonly Row[] = [
  row("doctor", "ok", "nothing that is wrong", "doctor", { make: claimed }),
  row("doctor", "ok", "a plan", "doctor --fix", { make: STALE }),
  row("doctor", "ok", "a repair", "doctor --fix --apply", { make: tornLog, writes: true }),
  row("doctor", "ok", "a repair of conflict markers", "doctor --fix --apply", {
    make: conflictedLog,
    writes: true,
  }),
  row("doctor", "ok", "a lock that is held", "doctor", { make: locked }),
  row("doctor", "ok", "no features", "doctor --all", { make: noFeatures }),
  row("doctor", "CHECK_FAILED", "a plan for a torn log", "doctor --fix", { make: tornLog }),
  row("doctor", "CHECK_FAILED", "a line that nobody can mend", "doctor --fix --apply", { make: corruptLog }),
  row("doctor", "LOCK_TIMEOUT", "a repair while the lock is held", "doctor --fix --apply --lock-timeout 0", {
    make: locked,
  }),
  row("doctor", "USAGE", "--apply without --fix", "doctor --apply"),
];

const MIGRATE: readonly Row[] = [
  row("migrate", "ok", "a plan", "migrate", { make: unmigrated }),
  row("migrate", "ok", "a migration", "migrate --apply", { make: unmigrated, writes: true }),
  row("migrate", "ok", "one that was done before", "migrate --apply", {
    make: afterCalls(unmigrated, "migrate --apply"),
  }),
  row("migrate", "ok", "nothing to migrate", "migrate --all", { make: twoFeatures }),
  row("migrate", "ok", "no features", "migrate --all", { make: noFeatures }),
  row("migrate", "CHECK_FAILED", "a page with a lane that is none", "migrate --apply", { make: DONE_BADLY }),
  row("migrate", "CHECK_FAILED", "a lock that is held", "migrate --apply --lock-timeout 0", { make: locked }),
];

export const CHECK_ROWS: readonly Row[] = [...SHOW, ...MATERIALIZE, ...VALIDATE, ...DOCTOR, ...MIGRATE];
