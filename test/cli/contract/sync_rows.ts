/** The rows of telemetry: sync, and an emit that a sink does not hear of. */

import { join } from "node:path";
import { ROOT } from "../../../scripts/project.ts";
import { afterCalls, claimed, inProject } from "./places.ts";
import { type Row, row } from "./row.ts";

const UNREACHABLE = { XDG_CONFIG_HOME: join(ROOT, "test", "fixtures", "users", "unreachable") };

const untrusted = afterCalls(
  inProject({
    config: `status: {telemetry: {sinks: [
      {name: hub, kind: http, url: "http://127.0.0.1:9/"}, {name: run, kind: command, run: ["true"]}
    ]}}\n`,
  }),
  "emit 1 --to claimed --actor claude",
);

export const SYNC_ROWS: readonly Row[] = [
  row("sync", "ok", "no sink", "sync"),
  row("sync", "ok", "sinks that are not trusted", "sync", { make: untrusted }),
  row("sync", "ok", "a look at them", "sync --status", { make: untrusted }),
  row("sync", "ok", "what would go", "sync --dry-run", { make: claimed, env: UNREACHABLE }),
  row("sync", "ok", "nothing that would go", "sync --dry-run --retry-parked", { make: untrusted }),
  row("sync", "ok", "trust that is not needed", "sync --trust nobody", { make: claimed, env: UNREACHABLE }),
  row("sync", "CHECK_FAILED", "a sink that nobody listens at", "sync", { make: claimed, env: UNREACHABLE }),
  row("sync", "USAGE", "two things at once", "sync --status --dry-run"),
  row("sync", "USAGE", "a sink that is none", "sync --trust hbu", { make: untrusted }),
  row("sync", "USAGE", "trust in a program that a repository names", "sync --trust run", { make: untrusted }),
  row("sync", "CONFIG_INVALID", "a kind that is none", "sync", {
    make: inProject({ config: "status: {telemetry: {sinks: [{name: x, kind: smoke}]}}\n" }),
  }),
  row("emit", "ok", "a sink that nobody listens at", "emit 1 --to claimed --actor ana", {
    env: UNREACHABLE,
    writes: true,
  }),
];
