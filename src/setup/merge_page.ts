/**
 * Merges a page for git, so that its `lane:` line never conflicts, and `tasks.md`, so that
 * its generated table does not: what they say is derived from the log, and is renewed after
 * the merge.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { shellWord, visible } from "../domain/text.ts";
import { runGit } from "../git/run_git.ts";
import { readIfThere, replaceFile } from "../store/durable_file.ts";
import { attempt } from "../store/storage_error.ts";
import { frontmatterText, pageLane, setPageLane, type Unclear } from "../views/frontmatter.ts";
import { takeTable } from "../views/tasks_table.ts";

/** What git gives a merge driver. Paths are absolute. */
export interface PageMerge {
  readonly base_path: string;
  /** The result is written here too. */
  readonly ours_path: string;
  readonly theirs_path: string;
  /** How many characters a conflict marker has. */
  readonly marker_size: number;
  /** Where the page lies in the repository, for messages. */
  readonly page: string;
}

/** Merges as text, after all three sides got the same lane and the same table. */
export function mergePage(merge: PageMerge): Result<void> {
  const { base_path, ours_path, theirs_path, page } = merge;
  const sides: Sides = [readSide(ours_path), readSide(base_path), readSide(theirs_path)];
  const merged = mergeSides(sides, merge);
  if (!merged.ok) return merged;
  const { text, conflicts } = merged.value;
  replaceFile(ours_path, Buffer.from(text, "latin1"));
  if (conflicts === 0) return ok(undefined);
  return refuse("CHECK_FAILED", `${visible(page)}: both sides changed the same lines`, {
    hint: `edit it, then: git add ${shellWord(page)}`,
    details: { file: page, conflicts },
  });
}

/** Texts of one character per byte: ours, the base, theirs. */
type Sides = readonly [ours: string, base: string, theirs: string];

interface MergedText {
  readonly text: string;
  readonly conflicts: number;
}

function readSide(path: string): string {
  return readIfThere(path, "latin1") ?? "";
}

/** A value that reads the same in every place of a page, quoted or not. */
const PLAIN_LANE = /^[A-Za-z][A-Za-z0-9_-]*$/;

function mergeSides(found: Sides, merge: PageMerge): Result<MergedText> {
  const [ours] = found;
  const sides: Sides = [ours, takeTable(found[1], ours), takeTable(found[2], ours)];
  const [, base, theirs] = sides;
  // Ours; theirs only where ours has none.
  const lane = [ours, theirs]
    .map(pageLane)
    .find((found) => typeof found === "string" && PLAIN_LANE.test(found));
  if (typeof lane !== "string") return mergeTexts(sides, merge);
  const set = (page: string) => orSame(setPageLane(page, lane), page);
  const in_place = mergeTexts([set(ours), set(base), set(theirs)], merge);
  if (!in_place.ok) return in_place;
  const { text: whole } = in_place.value;
  if (laneLines(whole).length < 2 && !conflictsOnLane(whole, merge.marker_size)) return in_place;
  // The key may stand in different places: then it is left out of the merge.
  const apart = mergeTexts([withoutLane(ours), withoutLane(base), withoutLane(theirs)], merge);
  if (!apart.ok) return apart;
  const text = addLane(apart.value.text, lane);
  if (text === undefined || laneLines(text).length !== 1) return in_place;
  return ok({ text, conflicts: apart.value.conflicts });
}

const LANE_LINE = /^(?:lane|"lane"|'lane')[ \t]*:(?:[ \t][^\n]*)?\r?\n/gm;

function conflictsOnLane(text: string, marker_size: number): boolean {
  const begin = new RegExp(`^<{${marker_size}} ours\\r?\\n`, "gm");
  const end = new RegExp(`^>{${marker_size}} theirs\\r?$`, "gm");
  // One after the other: beginnings alone would take one pattern for both hours.
  for (let begun = begin.exec(text); begun !== null; begun = begin.exec(text)) {
    end.lastIndex = begin.lastIndex;
    if (!end.test(text)) return false;
    if (text.slice(begun.index, end.lastIndex).search(LANE_LINE) >= 0) return true;
    begin.lastIndex = end.lastIndex;
  }
  return false;
}

function laneLines(page: string): readonly string[] {
  return frontmatterText(page)?.match(LANE_LINE) ?? [];
}

function withoutLane(page: string): string {
  const [line, second] = laneLines(page);
  if (line === undefined || second !== undefined || typeof pageLane(page) !== "string") return page;
  const start = page.indexOf(`\n${line}`) + 1;
  return page.slice(0, start) + page.slice(start + line.length);
}

/** @returns undefined when there is no frontmatter to put it into */
function addLane(page: string, lane: string): string | undefined {
  const added = setPageLane(page, lane);
  if (typeof added === "string") return added;
  // Conflicts elsewhere in the page; its first line stands above all of them.
  const [opening, line_end] = /^(?:\xef\xbb\xbf)?---[ \t]*(\r?\n)/.exec(page) ?? [];
  if (opening === undefined) return undefined;
  return `${opening}lane: ${lane}${line_end}${page.slice(opening.length)}`;
}

function orSame(changed: string | Unclear, page: string): string {
  return typeof changed === "string" ? changed : page;
}

function mergeTexts(texts: Sides, { marker_size, page }: PageMerge): Result<MergedText> {
  const folder = attempt("create a folder in", tmpdir(), () => mkdtempSync(join(tmpdir(), "lanekeeper-")));
  try {
    const names = ["ours", "base", "theirs"] as const;
    for (const [i, name] of names.entries()) {
      attempt("write", folder, () => writeFileSync(join(folder, name), texts[i] ?? "", "latin1"));
    }
    const labels = names.flatMap((name) => ["-L", name]);
    const paths = names.map((name) => join(folder, name));
    const answer = runGit(folder, ["merge-file", "-p", `--marker-size=${marker_size}`, ...labels, ...paths]);
    if (answer === undefined || answer.exit_code >= FIRST_FAILURE) {
      const why = answer === undefined ? "git is not there" : visible(answer.complaint);
      return refuse("IO", `cannot merge ${visible(page)}: ${why}`, { details: { file: page } });
    }
    return ok({ text: answer.stdout.toString("latin1"), conflicts: answer.exit_code });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `git merge-file` exits with the number of conflicts, or above this when it fails. */
const FIRST_FAILURE = 128;
