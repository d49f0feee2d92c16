/**
 * Settles git's conflicts in a page where only its `lane:` differs: the log knows the lane,
 * so there is nothing to decide. Every other conflict is its author's to merge.
 *
 * Pages come as one character per byte (latin1), so bytes that are no valid UTF-8 survive.
 */

import { frontmatterText } from "../views/frontmatter.ts";

const OURS = /^<{7}(?: |\r?$)/;
const BASE = /^\|{7}(?: |\r?$)/;
const THEIRS = /^={7}\r?$/;
const END = /^>{7}(?: |\r?$)/;
const LANE_LINE = /^(?:lane|"lane"|'lane')[ \t]*:/;
/** A lane line up to the end of its value; what follows is somebody's comment. */
const LANE_VALUE = /^[^:]*:[ \t]*(?:"[^"]*"|'[^']*'|[^\s#]*)/;

/**
 * A page with the conflicts in its frontmatter settled that are about the lane alone.
 *
 * @returns undefined when it holds none of these
 */
export function settleLaneConflicts(page: string): string | undefined {
  const frontmatter = frontmatterText(page);
  if (frontmatter === undefined) return undefined;
  const at = page.indexOf(frontmatter, page.indexOf("---") + 3);
  const settled = settleIn(frontmatter);
  if (settled === frontmatter) return undefined;
  return page.slice(0, at) + settled + page.slice(at + frontmatter.length);
}

/** Takes our side of each hunk that is about the lane alone; views put the log's lane there. */
function settleIn(text: string): string {
  const lines = text.split(/(?<=\n)/);
  const settled: string[] = [];
  // Where one hunk has no end, none behind it has one: looked for once, and not for each.
  let has_ends = true;
  for (let i = 0; i < lines.length; ) {
    const begins = has_ends && OURS.test(lines[i] ?? "");
    const hunk = begins ? readHunk(lines, i) : undefined;
    if (hunk === undefined) {
      if (begins) has_ends = false;
      settled.push(lines[i] ?? "");
      i++;
      continue;
    }
    for (const line of isAboutLane(hunk) ? hunk.ours : lines.slice(i, hunk.next)) settled.push(line);
    i = hunk.next;
  }
  return settled.join("");
}

/** One conflict. */
interface Hunk {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** The place of the first line after it. */
  readonly next: number;
}

function readHunk(lines: readonly string[], start: number): Hunk | undefined {
  const find = (mark: RegExp, from: number, to = lines.length) => {
    for (let i = from; i < to; i++) if (mark.test((lines[i] ?? "").trimEnd())) return i;
    return -1;
  };
  const middle = find(THEIRS, start + 1);
  const end = find(END, middle + 1);
  if (middle < 0 || end < 0) return undefined;
  const base = find(BASE, start + 1, middle);
  const ours_end = base < 0 ? middle : base;
  return { ours: lines.slice(start + 1, ours_end), theirs: lines.slice(middle + 1, end), next: end + 1 };
}

function isAboutLane({ ours, theirs }: Hunk): boolean {
  const others = (lines: readonly string[]) => lines.filter((line) => !LANE_LINE.test(line));
  const lanes = (lines: readonly string[]) => lines.filter((line) => LANE_LINE.test(line));
  const comments = (lines: readonly string[]) =>
    lanes(lines).map((line) => line.replace(LANE_VALUE, "").trim());
  const [their_comment = ""] = comments(theirs);
  return (
    lanes(ours).length <= 1 &&
    lanes(theirs).length <= 1 &&
    lanes(ours).length + lanes(theirs).length > 0 &&
    // Our line stays, so a comment on theirs would be lost.
    (their_comment === "" || comments(ours).includes(their_comment)) &&
    others(ours).join("") === others(theirs).join("")
  );
}
