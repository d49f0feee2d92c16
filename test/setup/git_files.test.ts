/** What `.gitattributes` says, as git itself understands it. */

import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { gitAttributes } from "../../src/git/attributes.ts";
import { attributeLines } from "../../src/setup/git_files.ts";
import { putOwnLines } from "../../src/setup/own_lines.ts";
import { makeRepository } from "../support/git_user.ts";
import { CAN_LINK } from "../support/system.ts";

const FOLDERS = [
  "kitty-specs",
  "my specs",
  'a "b"/c',
  "#x",
  "!x",
  "[attr]x",
  "a*b",
  "ümlaut",
  "a\tb",
  "deep/er",
  ".",
  "",
];

for (const name of FOLDERS) {
  test(`attributeLines() reach the files of a feature in ${JSON.stringify(name)}, and no others`, () => {
    using repository = makeRepository();
    const { root } = repository;
    writeAttributes(root, join(root, name));
    const inside = posix.join(name, "001-x");
    const paths = ["status.events.jsonl", "status.json", "tasks/WP01-a.md", "meta.json", "tasks/notes.md"];
    const found = gitAttributes(
      root,
      ["merge", "text"],
      paths.map((path) => posix.join(inside, path)),
    );
    expect([...(found ?? new Map()).values()]).toEqual([
      { merge: "union", text: "unset" },
      { merge: "lanekeeper-snapshot", text: "unset" },
      { merge: "lanekeeper-page", text: "unspecified" },
      { merge: "unspecified", text: "unspecified" },
      { merge: "unspecified", text: "unspecified" },
    ]);
    const beside = gitAttributes(root, ["merge"], ["other/001-x/status.json", "axb/001-x/status.json"]);
    if (!["", "."].includes(name)) {
      expect([...(beside ?? new Map()).values()]).toEqual([
        { merge: "unspecified" },
        { merge: "unspecified" },
      ]);
    }
  });
}

test.skipIf(!CAN_LINK)("attributeLines() name the real folder where the features folder is a link", () => {
  using repository = makeRepository();
  mkdirSync(join(repository.root, "real"));
  symlinkSync("real", join(repository.root, "kitty-specs"));
  writeAttributes(repository.root, join(repository.root, "kitty-specs"));
  const found = gitAttributes(repository.root, ["merge"], ["real/001-x/status.json"]);
  expect(found?.get("real/001-x/status.json")).toEqual({ merge: "lanekeeper-snapshot" });
});

function writeAttributes(root: string, features_folder: string): void {
  const own = { label: "lanekeeper", lines: attributeLines({ root, features_folder }) };
  const text = putOwnLines("", own, { at: "end", is_new: true });
  writeFileSync(join(root, ".gitattributes"), text, "latin1");
}
