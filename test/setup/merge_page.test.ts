/** The merge of a page: a lane never conflicts, everything else is merged as text. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/domain/refusal.ts";
import { mergePage } from "../../src/setup/merge_page.ts";
import { makeFolder, refusalOf } from "../support/project.ts";

interface Case {
  readonly says: string;
  readonly sides: readonly [base: string, ours: string, theirs: string];
  readonly merged: string;
}

const page = (lane: string, body = "text\n", more = "") =>
  `---\nwork_package_id: WP01\nlane: ${lane}\n${more}---\n\n${body}`;
const bare = (body: string, more = "") => `---\nwork_package_id: WP01\n${more}---\n\n${body}`;

const CLEAN: readonly Case[] = [
  {
    says: "both changed the lane: ours stays",
    sides: [page("planned"), page("claimed"), page("done")],
    merged: page("claimed"),
  },
  {
    says: "ours changed the lane, theirs the lane and the text",
    sides: [page("planned"), page("claimed"), page("done", "theirs\n")],
    merged: page("claimed", "theirs\n"),
  },
  {
    says: "theirs changed the line below the lane",
    sides: [page("planned"), page("claimed"), page("done", "text\n", "title: x\n")],
    merged: page("claimed", "text\n", "title: x\n"),
  },
  {
    says: "a comment behind the lane is merged",
    sides: [page("planned # a"), page("claimed # a"), page('"done" # b')],
    merged: page('"claimed" # b'),
  },
  {
    says: "the base has no lane: both sides added it",
    sides: [bare("text\n"), page("claimed"), page("done")],
    merged: page("claimed"),
  },
  {
    says: "both sides added the lane in other places",
    sides: [
      bare("text\n", "a: 1\nb: 2\n"),
      bare("text\n", "lane: claimed\na: 1\nb: 2\n"),
      bare("text\n", "a: 1\nlane: done\nb: 2\n"),
    ],
    merged: bare("text\n", "a: 1\nb: 2\nlane: claimed\n"),
  },
  {
    says: "there was no base, and the lane stands in other places",
    sides: ["", bare("text\n", "a: 1\nlane: claimed\n"), bare("text\n", "lane: done\na: 1\n")],
    merged: bare("text\n", "a: 1\nlane: claimed\n"),
  },
  {
    says: "ours lost the lane: theirs stays",
    sides: [page("planned"), bare("text\n"), page("done")],
    merged: page("done"),
  },
  {
    says: "theirs lost the lane: ours stays",
    sides: [page("planned"), page("claimed"), bare("text\n")],
    merged: bare("text\n", "lane: claimed\n"),
  },
  { says: "there was no base", sides: ["", page("claimed"), page("done")], merged: page("claimed") },
  {
    says: "lines end as on Windows",
    sides: [crlf(page("planned")), crlf(page("claimed")), crlf(page("done", "theirs\n"))],
    merged: crlf(page("claimed", "theirs\n")),
  },
  {
    says: "bytes that are no UTF-8 stay",
    sides: [
      page("planned", "\xe9\n\n\n1\n"),
      page("claimed", "\xe9\n\n\n1\n"),
      page("done", "\xe9\n\n\n2\xff\n"),
    ],
    merged: page("claimed", "\xe9\n\n\n2\xff\n"),
  },
  {
    says: "without frontmatter it is text",
    sides: ["a\n\n\nb\n", "A\n\n\nb\n", "a\n\n\nB\n"],
    merged: "A\n\n\nB\n",
  },
  {
    says: "a lane that is unclear in theirs stays as it is there",
    sides: [page("planned"), page("planned"), page("[a, b]")],
    merged: page("[a, b]"),
  },
];

for (const { says, sides, merged } of CLEAN) {
  test(`mergePage() merges without conflict: ${says}`, () => {
    expect(merge(sides)).toEqual({ result: { ok: true, value: undefined }, text: merged });
  });
}

test("mergePage() leaves conflicts in the text as git does, with the marker size that git asked for", () => {
  const { result, text } = merge([page("planned"), page("claimed", "mine\n"), page("done", "yours\n")], 9);
  expect(text).toBe(page("claimed", "<<<<<<<<< ours\nmine\n=========\nyours\n>>>>>>>>> theirs\n"));
  expect(refusalOf(result)).toEqual({
    code: "CHECK_FAILED",
    message: "specs/WP01.md: both sides changed the same lines",
    hint: "edit it, then: git add specs/WP01.md",
    details: { file: "specs/WP01.md", conflicts: 1 },
  });
});

test("mergePage() keeps the lane out of conflicts of other lines", () => {
  const { result, text } = merge([
    "",
    bare("mine\n", "a: 1\nlane: claimed\n"),
    bare("yours\n", "lane: done\na: 1\n"),
  ]);
  expect(refusalOf(result).code).toBe("CHECK_FAILED");
  expect(text).toBe(
    "---\nlane: claimed\nwork_package_id: WP01\na: 1\n---\n\n<<<<<<< ours\nmine\n=======\nyours\n>>>>>>> theirs\n",
  );
});

test("mergePage() reads a page of very many beginnings of a conflict, and no end, once", () => {
  const body = "<<<<<<< ours\n".repeat(60_000);
  const merged = merge([page("planned", body), page("claimed", `${body}y\n`), page("done", body)]);
  expect(merged.text).toBe(page("claimed", `${body}y\n`));
}, 4000);

test("mergePage() refuses what is no text, and leaves our side as it is", () => {
  const { result, text } = merge(["a\0\n", "b\0\n", "c\0\n"]);
  expect(refusalOf(result).code).toBe("IO");
  expect(text).toBe("b\0\n");
});

function merge([base, ours, theirs]: Case["sides"], marker_size = 7): { result: Result<void>; text: string } {
  using folder = makeFolder();
  const path = (name: string) => join(folder.path, name);
  for (const [name, text] of Object.entries({ base, ours, theirs }))
    writeFileSync(path(name), text, "latin1");
  const result = mergePage({
    base_path: path("base"),
    ours_path: path("ours"),
    theirs_path: path("theirs"),
    marker_size,
    page: "specs/WP01.md",
  });
  expect(readdirSync(folder.path).sort()).toEqual(["base", "ours", "theirs"]);
  return { result, text: readFileSync(path("ours"), "latin1") };
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}
