/** Properties of `examine()` over random histories: what is sound is not blamed, one damage is named by its line. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { StatusEvent } from "../../src/domain/event.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { formatLine } from "../../src/domain/line.ts";
import { examineBytes } from "../../src/repair/examine.ts";
import { codesAndLines, errorsIn, projectWithLog } from "../support/checks.ts";
import { CLONES_AT_WORK, merged } from "../support/clones.ts";
import { NOON_US, shuffled } from "../support/events.ts";
import { ANY_EVENTS, ORDER } from "../support/histories.ts";

/** A clock that lies so far behind that some of the events are ahead of it. */
const NOW_US = NOON_US - 5 * 60_000_000 + 8_000_000;

async function examiner(): Promise<(log: string | Uint8Array) => readonly Finding[]> {
  using project = projectWithLog("");
  const feature = await project.open();
  // What a folder holds besides the log is read anew each time; here it is gone, which is no matter.
  return (log) => examineBytes(feature, Buffer.from(log), NOW_US).findings;
}

function linesOf(events: readonly StatusEvent[]): string[] {
  return events.map(formatLine);
}

test("what clones write by the rules gives no error and no broken rule, in each clone and merged", async () => {
  const examined = await examiner();
  const harmless = ["EVENT_SUPERSEDED", "CLOCK_AHEAD", "EVENT_WITHOUT_PAGE"];
  fc.assert(
    fc.property(CLONES_AT_WORK, ({ logs }) => {
      for (const events of [...logs, merged(logs)]) {
        const codes = examined(linesOf(events).join("")).map(({ code }) => code);
        expect(codes.filter((code) => !harmless.includes(code))).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

const DAMAGES: Readonly<Record<string, (line: Buffer, place: number) => [Buffer, string]>> = {
  cut: (line, place) => [
    Buffer.concat([line.subarray(0, 1 + (place % (line.length - 2))), EOL]),
    "LOG_LINE_INVALID",
  ],
  NUL: (line, place) => [insert(line, place, "\0"), "LOG_LINE_INVALID"],
  "invalid UTF-8": (line, place) => [insert(line, place, Buffer.from([0xff])), "LOG_LINE_INVALID"],
  "a line end within": (line, place) => [
    Buffer.concat([line.subarray(0, 1 + (place % (line.length - 2))), Buffer.from(" x"), EOL]),
    "LOG_LINE_INVALID",
  ],
  "a byte order mark": (line) => [Buffer.concat([Buffer.from("\ufeff\ufeff"), line]), "LOG_LINE_INVALID"],
  "a conflict marker": () => [Buffer.from("=======\n"), "LOG_CONFLICT_MARKERS"],
  "an alias": (line) => [rename(line, '"to_lane": "', '"to_lane": "x'), "LANE_NOT_CANONICAL"],
  "a field renamed": (line) => [rename(line, '"force"', '"forced"'), "EVENT_FIELD_INVALID"],
  "a newer schema": (line) => [rename(line, "{", '{"schema_version": 2, '), "LOG_NEWER_SCHEMA"],
};
const EOL = Buffer.from("\n");

function insert(line: Buffer, place: number, what: string | Uint8Array): Buffer {
  const at = place % (line.length - 1);
  return Buffer.concat([line.subarray(0, at), Buffer.from(what), line.subarray(at)]);
}

function rename(line: Buffer, from: string, to: string): Buffer {
  return Buffer.from(line.toString().replace(from, to));
}

test.each(Object.entries(DAMAGES))(
  "one line with %s among sound ones is the one error, on that line",
  async (_, damage) => {
    const examined = await examiner();
    const choice = fc.record({ line: fc.nat(10_000), place: fc.nat(10_000) });
    fc.assert(
      fc.property(CLONES_AT_WORK, choice, fc.constantFrom("\n", "\r\n"), (outcome, { line, place }, end) => {
        const lines = linesOf(merged(outcome.logs)).map((text) => Buffer.from(text));
        fc.pre(lines.length > 0);
        const at = line % lines.length;
        const [damaged, code] = damage(lines[at] ?? EOL, place);
        const log = Buffer.concat([...lines.slice(0, at), damaged, ...lines.slice(at + 1)]);
        const text = end === "\n" ? log : Buffer.from(log.toString("latin1").replaceAll("\n", end), "latin1");
        expect(codesAndLines(errorsIn(examined(text)))).toEqual([`${code} ${at + 1}`]);
      }),
      { numRuns: 40 },
    );
  },
);

test("the order of lines, and lines that stand there again, change nothing but the notes about them", async () => {
  const examined = await examiner();
  fc.assert(
    fc.property(ANY_EVENTS, ORDER, fc.array(fc.nat(15), { maxLength: 4 }), (events, order, again) => {
      const lines = linesOf(events);
      const once = [...new Set(lines)];
      const repeated = again.flatMap((i) => once[i] ?? []);
      expect(withoutPlace(examined(shuffled([...once, ...repeated], order).join("")))).toEqual(
        withoutPlace(examined(once.join(""))),
      );
    }),
    { numRuns: 300 },
  );
});

/** Findings as a sorted list that says nothing of lines, without those that are about repeated ids. */
function withoutPlace(findings: readonly Finding[]): string[] {
  const about_lines = ["DUPLICATE_LINE", "EVENT_ID_CONFLICT"];
  return findings
    .filter(({ code }) => !about_lines.includes(code))
    .map(({ line: _, ...found }) => JSON.stringify(found))
    .sort();
}

test("ids that stand for different contents are a conflict in any order of the lines", async () => {
  const examined = await examiner();
  fc.assert(
    fc.property(ANY_EVENTS, ORDER, (events, order) => {
      const lines = [...new Set(linesOf(events))];
      const conflicts = (log: readonly string[]) =>
        examined(log.join(""))
          .filter(({ code }) => code === "EVENT_ID_CONFLICT")
          .map(({ event_id }) => event_id)
          .sort();
      const ids = lines.map((line) => (JSON.parse(line) as StatusEvent).event_id);
      const repeated = ids.filter((id, i) => ids.indexOf(id) < i).sort();
      expect(conflicts(lines)).toEqual(repeated);
      expect(conflicts(shuffled(lines, order))).toEqual(repeated);
    }),
    { numRuns: 100 },
  );
});
