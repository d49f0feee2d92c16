/** The workflows in .github/: what they start is there, what they use is pinned, and they may do little. */

import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import packageJson from "../../package.json";
import { ROOT } from "../../scripts/project.ts";

const FOLDER = join(ROOT, ".github", "workflows");

const PermissionsSchema = v.record(v.string(), v.picklist(["read", "write"]));
const StepSchema = v.object({
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
  with: v.optional(v.record(v.string(), v.unknown())),
});
const JobSchema = v.object({
  permissions: v.optional(PermissionsSchema),
  "timeout-minutes": v.optional(v.number()),
  uses: v.optional(v.string()),
  steps: v.optional(v.array(StepSchema), []),
});
const WorkflowSchema = v.object({ permissions: PermissionsSchema, jobs: v.record(v.string(), JobSchema) });

/** What a job may write, and in which. Others read. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  attest: ["id-token", "attestations"],
  publish: ["contents"],
  npm: ["id-token"],
};

describe.each(readdirSync(FOLDER))("%s", (name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const { permissions, jobs } = v.parse(WorkflowSchema, parse(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const commands = steps.flatMap(({ run }) => run ?? []);

  test("starts only what is there", () => {
    const run = commands.join("\n");
    const files = [...run.matchAll(/(?<![\w./-])(?:\/work\/)?((?:scripts|\.ci)\/[\w./]+)/g)].map(
      ([, file = ""]) => file,
    );
    const scripts = [...run.matchAll(/\bnpm (?:run ([\w:]+)|(test))\b/g)].map(
      ([, script, itself]) => script ?? itself ?? "",
    );
    expect(files.length + scripts.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(scripts.filter((script) => !Object.hasOwn(packageJson.scripts, script))).toEqual([]);
  });

  test("pins every action by its commit, and says which version that is", () => {
    const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, action = ""]) => action);
    const others = uses.filter((action) => !action.startsWith("./"));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual(
      [],
    );
  });

  test("writes only where its job is to", () => {
    expect(Object.values(permissions)).not.toContain("write");
    for (const [job, given] of Object.entries(jobs)) {
      const writes = Object.entries(given.permissions ?? {}).filter(([, access]) => access === "write");
      expect({ job, writes: writes.map(([scope]) => scope) }).toEqual({
        job,
        writes: [...(WRITES[job] ?? [])],
      });
    }
  });

  test("leaves no credentials behind a checkout, and caches nothing", () => {
    const kept = steps.filter(
      ({ uses, with: inputs }) =>
        uses?.startsWith("actions/checkout@") && inputs?.["persist-credentials"] !== false,
    );
    const caching = steps.filter(
      ({ uses, with: inputs }) =>
        uses?.startsWith("actions/cache") ||
        (uses?.startsWith("actions/setup-node@") && inputs?.["package-manager-cache"] !== false),
    );
    expect({ kept, caching }).toEqual({ kept: [], caching: [] });
  });

  test("puts nothing from outside into a command's text", () => {
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });

  test("ends every job in time", () => {
    const endless = Object.entries(jobs).filter(
      ([, job]) => job.uses === undefined && job["timeout-minutes"] === undefined,
    );
    expect(endless.map(([job]) => job)).toEqual([]);
  });
});
