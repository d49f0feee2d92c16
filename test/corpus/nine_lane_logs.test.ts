/**
 * The logs of a public project that runs nine lanes, with the snapshots that its own tool
 * committed. Left out unless LANE_CORPUS names a folder that holds such logs, at any depth.
 */

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusEvent } from "../../src/domain/event.ts";
import { compactJson, isJsonObject } from "../../src/domain/json_bytes.ts";
import { parseLine } from "../../src/domain/line.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { snapshotOf } from "../../src/domain/snapshot.ts";
import { NINE_LANE } from "../../src/domain/workflow.ts";
import { git } from "../project/git.ts";
import { type CommittedSnapshot, copyOfCorpus, corpusLogs, linesOf } from "../support/corpus_logs.ts";
import { lane } from "../support/lane.ts";

const ALL = corpusLogs(process.env.LANE_CORPUS ?? "");
// What is damaged is told by name, by the last test; the others go on without it.
const LOGS = ALL.filter(canBeRead);
const TIMEOUT_MS = 120_000;

const OF_FEATURE = ["event_count", "last_event_id", "materialized_at"] as const;
const OF_WORK_PACKAGE = ["lane", "actor", "last_event_id", "last_transition_at", "force_count"] as const;
const OWNED = new Set<string>([...OF_FEATURE, "mission_slug", "feature_slug", "summary", "work_packages"]);

describe.skipIf(ALL.length === 0)("logs of other tools", () => {
  test("reduce() and snapshotOf() say what the project's own tool committed", () => {
    const results = LOGS.map((log) => ({ ...log, ...compare(log) }));
    const sum = (count: (one: (typeof results)[number]) => number) =>
      results.reduce((n, one) => n + count(one), 0);
    const stale = results.filter(
      ({ differing, log, snapshot }) => differing.length > 0 && isOlder(log, snapshot),
    );
    for (const { slug, differing } of stale) {
      console.log(`note: ${slug}: the snapshot is older than the log: ${differing.join("; ")}`);
    }
    console.log(
      `note: agreed / compared: ${sum((one) => one.compared - one.differing.length)} / ${sum((one) => one.compared)}`,
    );

    const unexplained = results.filter((one) => one.differing.length > 0 && !stale.includes(one));
    expect(unexplained.map(({ slug, differing }) => ({ slug, differing }))).toEqual([]);
    expect(sum((one) => one.compared)).toBeGreaterThan(0);
  });

  test(
    "lane materialize leaves every foreign key as it was, and every byte where nothing is stale",
    () => {
      using copy = copyOfCorpus(LOGS);

      expect(lane(copy.path, "materialize --all --json")).toMatchObject({ code: 0, json: { ok: true } });

      for (const log of LOGS) {
        const after = copy.read(log, "status.json");
        expect(foreignPart(after)).toEqual(foreignPart(log.snapshot));
        if (compare(log).differing.length === 0) expect(after).toBe(log.snapshot);
        expect(copy.read(log, "status.events.jsonl")).toBe(log.log);
      }
      expect(lane(copy.path, "materialize --all --check").code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    "a git merge of two halves gives back every record byte for byte, and the same state",
    () => {
      using copy = copyOfCorpus(LOGS);
      lane(copy.path, "materialize --all");
      const snapshots = LOGS.map((log) => copy.read(log, "status.json"));
      const write = (half: (line: string, i: number, lines: readonly string[]) => boolean) => {
        for (const log of LOGS) {
          const lines = linesOf(log.log).filter(half);
          writeFileSync(copy.pathOf(log, "status.events.jsonl"), lines.map((line) => `${line}\n`).join(""));
        }
      };
      const commit = () => {
        git(copy.path, "add", "--all");
        git(copy.path, "commit", "--quiet", "--allow-empty", "--message", "a half");
      };
      writeFileSync(join(copy.path, ".gitattributes"), "status.events.jsonl merge=union -text\n");
      git(copy.path, "init", "--quiet");
      write(() => false);
      commit();
      git(copy.path, "checkout", "--quiet", "-b", "other");
      write((_, i) => i % 2 === 0);
      commit();
      git(copy.path, "checkout", "--quiet", "main");
      write((_, i) => i % 2 === 1);
      commit();

      git(copy.path, "merge", "--quiet", "--no-edit", "other");

      for (const log of LOGS) {
        const merged = new Set(linesOf(copy.read(log, "status.events.jsonl")));
        expect([...merged].sort()).toEqual([...new Set(linesOf(log.log))].sort());
      }
      expect(lane(copy.path, "materialize --all").code).toBe(0);
      expect(LOGS.map((log) => copy.read(log, "status.json"))).toEqual(snapshots);
    },
    TIMEOUT_MS,
  );

  test(
    "lane emit adds one line that looks like its neighbours, and leaves the others as they are",
    () => {
      using copy = copyOfCorpus(LOGS);
      for (const log of LOGS) {
        const neighbour = transitionsIn(linesOf(log.log)).at(-1);
        if (neighbour === undefined) continue;
        const words = ["emit", neighbour.wp_id, "--to", "blocked", "--actor", "ana"];
        const where = ["--feature", log.slug, "--json"];

        expect(lane(copy.path, [...words, "--force", "--reason", "a test", ...where])).toMatchObject({
          code: 0,
          json: { ok: true, data: { lane: "blocked", snapshot: "written" } },
        });

        const text = copy.read(log, "status.events.jsonl");
        const before = log.log.endsWith("\n") ? log.log : `${log.log}\n`;
        expect(text.startsWith(before)).toBe(true);
        const line = text.slice(before.length);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        const event = JSON.parse(line) as StatusEvent;
        // A log that is ahead of this machine's clock makes the event say so.
        const added = ["parent_event_ids", ...(event.clock_at === undefined ? [] : ["clock_at"])];
        expect(Object.keys(event)).toEqual([...new Set([...Object.keys(neighbour), ...added])].sort());
        expect(line).toBe(`${compactJson(event)}\n`);
        expect(event.mission_id).toBe(neighbour.mission_id);
      }
    },
    TIMEOUT_MS,
  );

  test(
    "lane validate finds no damage",
    () => {
      using copy = copyOfCorpus(ALL);

      const answer = lane(copy.path, "validate --all --json");

      const findings = findingsIn(answer.json);
      const counts = new Map<string, number>();
      for (const { code, severity } of findings) {
        const kind = `${code} (${severity})`;
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      const told = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`);
      console.log(`note: validate on ${ALL.length} logs: ${told.join(", ")}`);
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(ALL.filter((log) => !canBeRead(log)).map(({ folder }) => folder)).toEqual([]);
      expect(answer.code).toBe(0);
    },
    TIMEOUT_MS,
  );
});

/** What was compared of a log, and where the committed snapshot says something else. */
function compare({ log, snapshot }: { log: string; snapshot: string }) {
  const said = snapshotOf(reduce(transitionsIn(linesOf(log))), NINE_LANE, { key: "mission_slug", value: "" });
  const committed = JSON.parse(snapshot) as CommittedSnapshot;
  const differing: string[] = [];
  for (const key of OF_FEATURE) {
    // That tool has no null for the time of a log without transitions.
    const found = committed[key] === "" ? null : committed[key];
    if (said[key] !== found) differing.push(`${key} ${found}, not ${said[key]}`);
  }
  for (const [wp, entry] of Object.entries(said.work_packages)) {
    for (const key of OF_WORK_PACKAGE) {
      const found = committed.work_packages[wp]?.[key];
      if (entry[key] !== found) differing.push(`${wp} ${key} ${found}, not ${entry[key]}`);
    }
  }
  for (const [wp, { last_event_id }] of Object.entries(committed.work_packages)) {
    if (said.work_packages[wp] === undefined && last_event_id !== null)
      differing.push(`${wp} is not in the log`);
  }
  const compared = OF_FEATURE.length + Object.keys(said.work_packages).length * OF_WORK_PACKAGE.length;
  return { compared, differing };
}

/** Whether there is anything to compare: every line of the log can be read, and the snapshot too. */
function canBeRead({ log, snapshot }: { log: string; snapshot: string }): boolean {
  try {
    transitionsIn(linesOf(log));
    return isJsonObject(JSON.parse(snapshot));
  } catch {
    return false;
  }
}

/** Whether a snapshot says in all points what its log said some lines earlier. */
function isOlder(log: string, snapshot: string): boolean {
  const lines = linesOf(log);
  return lines.some(
    (_, i) => compare({ log: lines.slice(0, i).join("\n"), snapshot }).differing.length === 0,
  );
}

function transitionsIn(lines: readonly string[]): StatusEvent[] {
  return lines.flatMap((line) => {
    const parsed = parseLine(line);
    if (parsed.kind === "damaged") throw new Error(`${parsed.code}: ${parsed.problem}: ${line.slice(0, 80)}`);
    return parsed.kind === "event" ? [parsed.event] : [];
  });
}

/** All of a snapshot that is another tool's, numbers as they are written. */
function foreignPart(snapshot: string): unknown {
  const { work_packages, ...top } = JSON.parse(snapshot, keepNumbers) as Record<
    string,
    Record<string, object>
  >;
  const entries = Object.entries(work_packages ?? {}).map(([wp, entry]) => [
    wp,
    Object.entries(entry).filter(([key]) => !OF_WORK_PACKAGE.some((owned) => owned === key)),
  ]);
  return [Object.entries(top).filter(([key]) => !OWNED.has(key)), entries];
}

function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? context?.source : value;
}

interface Report {
  readonly features: readonly {
    readonly findings: readonly { readonly code: string; readonly severity: string }[];
  }[];
}

function findingsIn(json: unknown) {
  const { data, error } = json as { data?: Report; error?: { details: Report } };
  return (data ?? error?.details)?.features.flatMap(({ findings }) => findings) ?? [];
}
