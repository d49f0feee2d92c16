import { describe, expect, test } from "bun:test";
import { formatInstant } from "../../src/domain/time.ts";
import { readPageRecord } from "../../src/repair/page_record.ts";

/** Reads a page with these lines in its frontmatter, and this body. */
async function recordOf(frontmatter: readonly string[], body = "") {
  const text = `---\nlane: done\n${frontmatter.map((line) => `${line}\n`).join("")}---\n${body}`;
  return readPageRecord(Buffer.from(text, "utf8").toString("latin1"));
}

/** The newest time of a page, or why it can't be told. */
async function newestOf(frontmatter: readonly string[], body = ""): Promise<string | undefined> {
  const record = await recordOf(frontmatter, body);
  if ("unclear" in record) return record.unclear;
  return record.newest_us === undefined ? undefined : formatInstant(record.newest_us);
}

const ACTIVITY = "\n# WP01\n\n## Activity Log\n\n";

describe("readPageRecord() reads history: in the frontmatter", () => {
  test.each([
    ['- timestamp: "2025-11-02T16:58:36Z"', "2025-11-02T16:58:36.000000+00:00"],
    ["- timestamp: '2025-11-02T16:58:36.1234567Z'", "2025-11-02T16:58:36.123456+00:00"],
    ["- timestamp: 2025-11-02T16:58:36+02:00", "2025-11-02T14:58:36.000000+00:00"],
    ["- at: 2025-11-02 16:58:36", "2025-11-02T16:58:36.000000+00:00"],
    ["- at: 2025-11-02 16:58:36 -0330", "2025-11-02T20:28:36.000000+00:00"],
    ["- at: 2025-11-02t16:58z", "2025-11-02T16:58:00.000000+00:00"],
    ["- at: 2025-11-02T16:58+01", "2025-11-02T15:58:00.000000+00:00"],
    ["- date: 2025-11-11", "2025-11-11T00:00:00.000000+00:00"],
    ["- date: 2025-11-11T16:45:00Z", "2025-11-11T16:45:00.000000+00:00"],
    ["- {date: 2025-11-11, at: 2025-11-12}", "2025-11-12T00:00:00.000000+00:00"],
  ])("%s", async (entry, at) => {
    expect(await newestOf(["history:", entry])).toBe(at);
  });

  test.each([
    ["- timestamp: 2200-01-01T00:00:00Z"],
    ["- timestamp: 2199-12-31T23:59:59-01:00"],
    ["- timestamp: 1970-01-01T00:30:00+01:00"],
    ["- timestamp: 2025-02-30"],
    ["- timestamp: yesterday"],
    ["- timestamp: 20251111"],
    ["- timestamp: on 2025-11-11"],
    ["- timestamp:"],
    ["- 2025-11-11"],
    ["-"],
    ["- action: at 2025-11-11"],
  ])("%s is no time", async (entry) => {
    expect(await newestOf(["history:", entry])).toBeUndefined();
  });

  test("of several entries the greatest time counts, in whatever order they stand", async () => {
    const entries = ["2025-11-02", "2025-11-11T23:59:59Z", "2025-11-12T00:30:00+01:00", "9999-01-01"];
    const history = entries.map((entry) => `- timestamp: ${entry}`);
    expect(await newestOf(["history:", ...history])).toBe("2025-11-11T23:59:59.000000+00:00");
    expect(await newestOf(["history:", ...history.reverse()])).toBe("2025-11-11T23:59:59.000000+00:00");
  });

  test.each([
    ["history: 2025-11-11"],
    ["history: {at: 2025-11-11}"],
    ["history:"],
    ["created_at: 2025-11-11"],
  ])("%s is no history", async (line) => {
    expect(await newestOf([line])).toBeUndefined();
  });
});

describe("readPageRecord() reads the activity log", () => {
  test.each([
    ["- 2025-11-02T16:58:36Z – system – lane=planned – Prompt created"],
    ["* 2025-11-02T16:58:36Z - ana - shell_pid=7 - lane=doing - Began"],
    ["- 2025-11-02T16:58:36Z — ana — lane=done"],
  ])("%s", async (line) => {
    expect(await newestOf([], `${ACTIVITY}${line}\r\n`)).toBe("2025-11-02T16:58:36.000000+00:00");
  });

  test.each([
    ["no entry by its form", `${ACTIVITY}- 2025-11-02T16:58:36Z was a fine day for lane=done\n`],
    ["a date in prose", `${ACTIVITY}On 2025-11-02T16:58:36Z – ana – lane=done\n`],
    ["a lane in prose", `${ACTIVITY}- 2025-11-02T16:58:36Z – ana – its lane is done\n`],
    ["a time that can't be read", `${ACTIVITY}- 2025-11-32T16:58:36Z – ana – lane=done\n`],
    ["above the heading", `\n- 2025-11-02T16:58:36Z – ana – lane=done\n${ACTIVITY}`],
    ["without a heading", "\n- 2025-11-02T16:58:36Z – ana – lane=done\n"],
    ["an example in code", `${ACTIVITY}\`\`\`\n- 2025-11-02T16:58:36Z – ana – lane=done\n\`\`\`\n`],
  ])("%s is left out", async (_, body) => {
    expect(await newestOf([], body)).toBeUndefined();
  });

  test("also below further headings, and after code blocks above that have no end", async () => {
    const body = `\n\`\`\`\nopen\n${ACTIVITY}### Updating\n\n# x\n- 2025-11-02T16:58:36Z – ana – lane=done – y\n`;
    expect(await newestOf([], body)).toBe("2025-11-02T16:58:36.000000+00:00");
  });

  test("the greatest time of both places counts", async () => {
    const body = `${ACTIVITY}- 2025-11-02T16:58:36Z – ana – lane=done – y\n`;
    expect(await newestOf(["history:", "- at: 2025-11-01"], body)).toBe("2025-11-02T16:58:36.000000+00:00");
    expect(await newestOf(["history:", "- at: 2025-11-03"], body)).toBe("2025-11-03T00:00:00.000000+00:00");
  });
});

describe("readPageRecord() reads who reviewed it", () => {
  test.each([
    ["reviewed_by: ana", "ana"],
    ['reviewed_by: "Żaneta K "', "Żaneta K "],
    ["reviewed_by: >-\n  ana\n  k", "ana k"],
    ["reviewed_by: ''", null],
    ["reviewed_by: '  '", null],
    ["reviewed_by:", null],
    ["reviewed_by: 7", null],
    ["reviewed_by: [ana]", null],
    ["reviewer: ana", null],
  ])("%s", async (line, reviewed_by) => {
    expect(await recordOf([line])).toMatchObject({ reviewed_by });
  });
});

describe("readPageRecord() can't tell", () => {
  test.each([
    [["lane: planned"], "lane: stands there twice"],
    [["reviewed_by: a", "'reviewed_by': b"], "reviewed_by: stands there twice"],
    [
      ["title: a: b"],
      "its frontmatter is not YAML: Nested mappings are not allowed in compact mappings at line 3, column 8",
    ],
    [["a: *b"], "its frontmatter is not YAML: Unresolved alias (the anchor must be set before the alias): b"],
  ])("%p", async (frontmatter, unclear) => {
    expect(await recordOf(frontmatter)).toEqual({ unclear });
  });

  test("aliases that would grow without end", async () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (const [name, inner] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih"].map((two) => [...two])) {
      lines.push(`${name}: &${name} [${`*${inner}, `.repeat(10)}]`);
    }
    expect(await newestOf(lines)).toStartWith("its frontmatter is not YAML: Excessive alias count");
  });

  test("other keys may stand there twice", async () => {
    expect(await newestOf(["agent: a", "agent: b"])).toBeUndefined();
  });
});
