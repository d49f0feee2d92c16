/**
 * What must hold of every log that doctor looks at and repairs, told by a plain reading of
 * bytes: lines are cut at line feeds, and each is judged by itself.
 */

import { expect } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Finding } from "../../src/domain/finding.ts";
import { LONGEST_LINE_BYTES, parseLine } from "../../src/domain/line.ts";
import { type Examination, examine } from "../../src/repair/examine.ts";
import { planRepair } from "../../src/repair/plan.ts";
import { repair } from "../../src/repair/repair.ts";
import { readLog } from "../../src/store/event_log.ts";
import { answerOf, type TemporaryProject } from "./project.ts";

const NOW_US = Date.UTC(2026, 1, 9) * 1000;
const LOOK = { now_us: NOW_US, lock_timeout_ms: 5000 };
const LINE_CODES = [
  "LOG_LINE_INVALID",
  "LOG_CONFLICT_MARKERS",
  "LOG_NEWER_SCHEMA",
  "EVENT_FIELD_INVALID",
  "LANE_NOT_CANONICAL",
];
const MENDED_CODES = [
  "LOG_CONFLICT_MARKERS",
  "LOG_CRLF",
  "LOG_BOM",
  "LOG_BLANK_LINE",
  "LOG_NO_FINAL_NEWLINE",
];

/** A line as it stands between two line feeds. */
export interface PlainLine {
  readonly number: number;
  /** One character per byte, without carriage returns at its end and without a leading byte order mark. */
  readonly content: string;
  readonly is_readable: boolean;
  readonly is_blank: boolean;
}

/** Reads a log plainly. */
export function plainLines(log: Uint8Array): PlainLine[] {
  const parts = Buffer.from(log).toString("latin1").split("\n");
  if (parts.at(-1) === "") parts.pop();
  let offset_bytes = 0;
  return parts.flatMap((part, i) => {
    const start_bytes = offset_bytes;
    offset_bytes += part.length + 1;
    const text = i === 0 ? part.replace(/^\u00ef\u00bb\u00bf/, "") : part;
    const texts = splitAtZeros(text, start_bytes + part.length - text.length, log.length);
    return texts.map((one) => plainLine(i + 1, one.replace(/\r$/, "")));
  });
}

function plainLine(number: number, text: string): PlainLine {
  const kind = kindOf(text);
  return {
    number,
    content: text.slice(0, lengthWithoutReturns(text)),
    is_readable: kind === "event" || kind === "other",
    is_blank: kind === "blank",
  };
}

/** Zeros up to the end of a sector, or of the file, end a line that can be read without them. */
function splitAtZeros(text: string, offset_bytes: number, log_bytes: number): string[] {
  const [head = "", zeros] = text.match(/^[^\0]+|\0+/g) ?? [];
  if (zeros === undefined || head.startsWith("\0")) return [text];
  const end_bytes = offset_bytes + head.length + zeros.length;
  const is_sector_end = end_bytes % 512 === 0 || end_bytes === log_bytes;
  return is_sector_end && plainLine(0, head).is_readable ? [head, text.slice(head.length)] : [text];
}

function lengthWithoutReturns(text: string): number {
  let length = text.length;
  while (text[length - 1] === "\r") length--;
  return length;
}

function kindOf(latin1: string): string {
  if (latin1.length >= LONGEST_LINE_BYTES) return "damaged";
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return parseLine(decoder.decode(Buffer.from(latin1, "latin1"))).kind;
  } catch {
    return "damaged";
  }
}

/** Whether a line says something, and nobody can tell what. */
export function isDamaged({ is_readable, is_blank }: PlainLine): boolean {
  return !is_readable && !is_blank;
}

/**
 * Looks at a damaged log, repairs it, and expects everything that is promised of that.
 *
 * @param carryOut another repair, to show that its mistakes are found
 * @returns whether nothing damaged is left, so that emit worked
 */
export async function expectRepair(
  project: TemporaryProject,
  log: Uint8Array,
  carryOut: typeof repair = repair,
): Promise<boolean> {
  writeFileSync(project.log_path, log);
  for (const path of [project.snapshot_path, join(project.root, ".lanekeeper")]) {
    rmSync(path, { recursive: true, force: true });
  }
  const feature = await project.open();
  const before = plainLines(log);
  const examined = await examine(feature, LOOK);
  expectDamageNamed(examined.findings, before);
  const plan = planRepair(examined, NOW_US);

  const repaired = answerOf(await carryOut(feature, 5000, NOW_US));

  expect(repaired.warnings).toEqual([]);
  expect(repaired.applied).toEqual(plan.steps);
  const after = readFileSync(project.log_path);
  const kept = new Map(repaired.kept.map((path) => [basename(path), readFileSync(path)]));
  if (plan.log === undefined) expect(after.equals(Buffer.from(log))).toBe(true);
  else expect(kept.get("status.events.jsonl")?.equals(Buffer.from(log))).toBe(true);
  expectNothingLost(before, after, kept.get("torn.jsonl") ?? Buffer.alloc(0));
  const remaining = await examine(feature, LOOK);
  expectNothingLeft(remaining);
  expect(remaining.findings.filter(({ remedy }) => remedy.trim() === "")).toEqual([]);
  const is_mended = remaining.findings.every(isNoDamage);
  if (is_mended) await expectEmit(project);
  else
    expect(readLog(feature.log)).toMatchObject({ refusal: { hint: expect.stringContaining("lane doctor") } });
  return is_mended;
}

/** Damage is named at its line, and nothing else is; zeros to the end of the file are named once. */
function expectDamageNamed(findings: readonly Finding[], before: readonly PlainLine[]): void {
  const torn = findings.filter(({ code, message }) => code === "LOG_TORN" && !message.startsWith("only "));
  const saysNothingBehind = (line: number | null) =>
    before.every(({ number, content }) => number <= (line ?? 0) || /^\0*$/.test(content));
  const last = torn.find(({ line }) => saysNothingBehind(line))?.line ?? Number.POSITIVE_INFINITY;
  const named = findings.filter((one) => LINE_CODES.includes(one.code) || torn.includes(one));
  const damaged = before.filter(isDamaged);
  expect(named.map(({ line }) => line)).toEqual(
    damaged.map(({ number }) => number).filter((number, i) => number <= last && isFirstOf(i, damaged)),
  );
}

/** Of the pieces of one line that can't be read only the first is named. */
function isFirstOf(i: number, lines: readonly PlainLine[]): boolean {
  return lines[i - 1]?.number !== lines[i]?.number;
}

/** Every readable line is there, as it stood and in its place, or in the file of torn pieces. */
export function expectNothingLost(before: readonly PlainLine[], after: Uint8Array, torn: Uint8Array): void {
  const left = plainLines(after);
  const contentsOf = (lines: readonly PlainLine[]) => [...new Set(lines.map(({ content }) => content))];
  const readable = contentsOf(before.filter(({ is_readable }) => is_readable));
  const cut = new Set(contentsOf(plainLines(torn)));
  const there = new Set(contentsOf(left));
  const lost = readable.filter((content) => !there.has(content));
  expect(lost.filter((content) => !cut.has(content))).toEqual([]);
  for (const content of lost) expect(content).toContain('"batch": {');
  const stood = new Set(before.map(({ content }) => withoutMarks(content)));
  expect(left.filter(({ content }) => !stood.has(withoutMarks(content)))).toEqual([]);
  // A line that only lost a byte order mark can come before an equal one that was readable.
  if (before.some(({ content }) => content !== withoutMarks(content))) return;
  expect(contentsOf(left).filter((content) => readable.includes(content))).toEqual(
    readable.filter((content) => there.has(content)),
  );
}

/** A line without byte order marks at its beginning: what a repair brings to the top of a log loses them. */
export function withoutMarks(content: string): string {
  return content.replace(/^(?:\u00ef\u00bb\u00bf)+/, "");
}

function expectNothingLeft(remaining: Examination): void {
  const { findings } = remaining;
  expect(findings.filter(({ code }) => MENDED_CODES.includes(code))).toEqual([]);
  expect(findings.filter(({ code, remedy }) => code === "LOG_TORN" && remedy.includes("doctor"))).toEqual([]);
  expect(
    findings.filter(({ code, remedy }) => code === "DUPLICATE_LINE" && remedy.includes("doctor")),
  ).toEqual([]);
  expect(planRepair(remaining, NOW_US).steps).toEqual([]);
}

function isNoDamage({ code }: Finding): boolean {
  return !LINE_CODES.includes(code) && code !== "LOG_TORN";
}

async function expectEmit(project: TemporaryProject): Promise<void> {
  const minute = 24 * 60;
  const { event } = answerOf(
    await project.emit(
      { to_lane: "blocked", force: true, reason: "afterwards" },
      {
        now_us: NOW_US,
        newEventId: () => `01KGYJ8M00${String(minute).padStart(16, "0")}`,
      },
    ),
  );
  expect(plainLines(readFileSync(project.log_path)).at(-1)?.content).toContain(event.event_id);
}
