import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatInstant } from "../../src/domain/time.ts";
import { readPageRecord } from "../../src/repair/page_record.ts";

const PIECE = fc.constantFrom(
  "---\n",
  "lane: done\n",
  "history:\n",
  "- timestamp: ",
  "  date: ",
  "2025-11-02",
  "T16:58:36Z",
  "\r\n",
  "\n",
  "## Activity Log\n",
  "- ",
  " – ",
  "ana",
  "lane=done",
  "```\n",
  "reviewed_by: ",
  "&a ",
  "*a ",
  "[",
  "{",
  '"',
  "'",
  "\xff",
  "\0",
  "<<: ",
);
const TIMES_US = fc.array(
  fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000_000),
  {
    minLength: 1,
    maxLength: 6,
  },
);

test("readPageRecord() reads or refuses any page, and throws at none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(PIECE, { maxLength: 40 }), async (pieces) => {
      const record = await readPageRecord(`---\n${pieces.join("")}`);
      expect("unclear" in record || "reviewed_by" in record).toBe(true);
    }),
  );
  expect(await readPageRecord(`---\na: ${"[".repeat(100_000)}\n---\n`)).toHaveProperty("unclear");
});

test("readPageRecord() finds the greatest time, wherever each entry stands", async () => {
  await fc.assert(
    fc.asyncProperty(TIMES_US, fc.nat(6), async (times_us, cut) => {
      const history = times_us.slice(0, cut).map((time) => `- timestamp: '${formatInstant(time)}'\n`);
      const activity = times_us.slice(cut).map((time) => `- ${formatInstant(time)} – ana – lane=done – x\n`);
      const list = history.length === 0 ? "" : `history:\n${history.join("")}`;
      const page = `---\nlane: done\n${list}---\n## Activity Log\n\n${activity.join("")}`;
      const record = await readPageRecord(Buffer.from(page, "utf8").toString("latin1"));
      expect(record).toEqual({ newest_us: Math.max(...times_us), reviewed_by: null });
    }),
  );
});
