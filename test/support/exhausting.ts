/** Texts that are small, or cheap to make, and take a careless reader all its memory, stack or time. */

import { eventAt, lineAt, SLUG } from "./project.ts";

/** An event's id by its number; the ids of growing numbers grow. */
export function idOf(number: number): string {
  return `01KGYJ8M00${number.toString().padStart(16, "0")}`;
}

/** So many lines, made one by one. */
export function linesOf(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => line(number)).join("");
}

/** Lists in lists in lists. */
export function nestedLists(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

/** Objects in objects in objects. */
export function nestedObjects(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

/** Ten anchors, each a list of nine times the one before: some billion words, named `*a9`. */
export function aliasBomb(): string {
  const nine = (item: string) => `[${Array(9).fill(item).join(", ")}]`;
  return `a0: &a0 ${nine("lol")}\n${linesOf(9, (i) => `a${i + 1}: &a${i + 1} ${nine(`*a${i}`)}\n`)}`;
}

/** Merge keys that take over each other three times each; the last is named `*m25`. */
export function mergeBomb(): string {
  return `m0: &m0 {x: y}\n${linesOf(25, (i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}, *m${i}], k${i}: 1}\n`)}`;
}

/** Texts for a YAML file, by what is wrong with them; each says `status: …`. */
export const HOSTILE_YAML: Readonly<Record<string, string>> = {
  "an alias bomb": `${aliasBomb()}status:\n  phase: *a9\n`,
  "an alias bomb beside what is asked for": `${aliasBomb()}status:\n  phase: 9\n  x: *a9\n`,
  "an alias bomb where a key stands twice": `${aliasBomb()}phase: 1\nstatus:\n  phase: *a9\n`,
  "merge keys without end": `${mergeBomb()}phase: 1\nstatus:\n  <<: *m25\n  phase: 9\n`,
  "an anchor that holds itself": "status: &s\n  phase: *s\n",
  "a tag that names a function": "status:\n  phase: !!js/function 'function () {}'\n",
  "a tag of bytes": "status:\n  phase: !!binary aGVsbG8=\n",
  "duplicate keys": "status:\n  phase: 1\n  phase: 1\n",
  "flow lists 10,000 deep": `status:\n  phase: ${nestedLists(10_000)}\n`,
  "flow lists 10,000 deep that never end": `status:\n  phase: ${"[".repeat(10_000)}`,
  "flow maps 50,000 deep": `status: ${"{a: ".repeat(50_000)}1${"}".repeat(50_000)}\n`,
  "half a megabyte of mistakes": `phase: 1\nstatus: 1\nphase: 1\n${"\t: : : [\n".repeat(60_000)}`,
  "20,000 keys, one of them twice": `phase: 1\nstatus:\n  phase: 9\n${linesOf(20_000, (i) => `k${i}: 1\n`)}`,
  "50 MB": `status:\n  phase: 1\n#${"x".repeat(50e6)}`,
};

/** Forced events of 90 work packages, or one, each of which knew the one before. */
export function soundEvents(count: number, work_packages = 90): string {
  const {
    event_id: _,
    at: __,
    wp_id: ___,
    parent_event_ids: ____,
    ...rest
  } = eventAt(1, { force: true, reason: "why" });
  const body = JSON.stringify(rest).slice(1, -1);
  const known = new Map<string, string>();
  return linesOf(count, (i) => {
    const wp = `WP${String((i % work_packages) + 10)}`;
    const parents = known.has(wp) ? `"${known.get(wp)}"` : "";
    known.set(wp, idOf(i));
    return `{"at": "${timeOf(i)}", "event_id": "${idOf(i)}", "parent_event_ids": [${parents}], "wp_id": "${wp}", ${body}}\n`;
  });
}

/** Events of one work package that knew nothing of each other. */
export function unawareEvents(count: number): string {
  return soundEvents(count, 1).replace(/"parent_event_ids": \[[^\]]*\]/g, '"parent_event_ids": []');
}

/** Lines that hold one event each, of a batch of two. */
export function halfBatches(count: number): string {
  return linesOf(count, (i) => lineAt(1, { event_id: idOf(i), batch: { id: idOf(i), index: 0, count: 2 } }));
}

/** A line with objects in it 20,000 deep. */
export function deepLine(blanks = 0): string {
  return lineAt(1).replace("}\n", `,${" ".repeat(blanks)} "x": ${nestedObjects(20_000)}}\n`);
}

/** One event that names a thousand others that are not there. */
export function manyParents(number: number, count: number): string {
  const parents = Array.from({ length: count }, (_, i) => idOf(1_000_000 + number * count + i));
  return lineAt(1, { event_id: idOf(number), feature_slug: SLUG, parent_event_ids: parents });
}

function timeOf(number: number): string {
  return new Date(Date.UTC(2026, 1, 8, 12) + number * 10).toISOString().replace("Z", "000+00:00");
}
