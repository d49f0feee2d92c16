import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "yaml";
import { pageLane, setPageLane } from "../../src/views/frontmatter.ts";

// Pieces of YAML, put together at random: most of it is no YAML, and the rest is odd.
const LANE_LINE = pieces(`
lane:
lane: # c
lane: planned
lane: planned # c
lane: planned,
lane : x
lane:x
'lane': 'x'
"lane": "x"
lane: 'x
lane: "x
lane: [x
lane: |
lane: >-
lane: &a x
lane: *a
lane: ~
lane: x: y
- lane: x
  lane: x
? lane
`);
const LINE = pieces(`

# c
  # c
text
  text
- a
  - a
  x: 1
x'
x"
  x'
  x"
x]
  b]
{
}
  }
title: x
title: x,
title:
title: |
title: |+
title: >
title: 'x
title: "x
title: [a,
tags: {
: x
? x
a: &a 1
*a : b
<<: *a
!!map
&m
&b c: d
...
--- x
%YAML 1.2
`);
const LINES = fc
  .tuple(fc.array(LINE, { maxLength: 2 }), LANE_LINE, fc.array(fc.oneof(LINE, LANE_LINE), { maxLength: 4 }))
  .map(([above, lane_line, below]) => [...above, lane_line, ...below]);

function pieces(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...text.split("\n").slice(1, -1));
}

/** What YAML says of a page's frontmatter; undefined when that is no mapping. */
function keysOf(page: string): Map<unknown, unknown> | undefined {
  const text = page.slice("---\n".length);
  const end = /^(?:---|\.\.\.)[ \t]*$/m.exec(text)?.index;
  try {
    const keys: unknown = parse(text.slice(0, end), { mapAsMap: true, logLevel: "error" });
    if (keys === null) return new Map();
    return keys instanceof Map ? keys : undefined;
  } catch {
    return undefined;
  }
}

describe("setPageLane(), on any lines between dashes that YAML reads as keys,", () => {
  test("changes the lane and nothing else, or leaves the page alone and says so", () => {
    const seen = { changed: 0, unclear: 0 };
    fc.assert(
      fc.property(LINES, (lines) => {
        const before = `---\n${lines.map((line) => `${line}\n`).join("")}---\nlane: body\n`;
        const keys = keysOf(before);
        if (keys === undefined) return;

        const after = setPageLane(before, "claimed");

        seen[typeof after === "string" ? "changed" : "unclear"]++;
        if (typeof after !== "string") return;
        expect([...(keysOf(after) ?? [])]).toEqual([...new Map(keys).set("lane", "claimed")]);
        expect(pageLane(after)).toBe("claimed");
        expect(setPageLane(after, "claimed")).toBe(after);
      }),
      { numRuns: 5000 },
    );
    expect(seen.changed).toBeGreaterThan(100);
    expect(seen.unclear).toBeGreaterThan(100);
  });
});
