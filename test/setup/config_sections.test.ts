/** What `git config` wrote, taken out of the file to the byte. Git itself writes it here. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutOurSections } from "../../src/setup/config_sections.ts";
import { driverSettings } from "../../src/setup/drivers.ts";
import { makeRepository, useGit } from "../support/git_user.ts";

const BEGINNINGS = ["", "[a]\n\tb = 1\n", "[a]\n\tb = 1", "[a]\r\n\tb = 1\r\n", "# only a comment", "\n\n"];

test("withoutOurSections() restores a config to the byte, also without a final line end", () => {
  using repository = makeRepository();
  for (const before of BEGINNINGS) {
    const text = withOurs(repository.root, before);
    expect(text).toContain("lanekeeper-page");
    const line_end_added = before !== "" && !before.endsWith("\n");
    expect({ before, after: withoutOurSections(text, { line_end_added }) }).toEqual({
      before,
      after: before,
    });
  }
});

test("withoutOurSections() keeps what others added in between and behind", () => {
  using repository = makeRepository();
  const text = withOurs(repository.root, "[a]\n\tb = 1");
  expect(withoutOurSections(`${text}# note\n[c]\n\td = 1\n`, { line_end_added: true })).toBe(
    "[a]\n\tb = 1\n# note\n[c]\n\td = 1\n",
  );
  expect(withoutOurSections(`${text}\trecursive = text\n`, { line_end_added: true })).toBe(
    '[a]\n\tb = 1\n[merge "lanekeeper-page"]\n\trecursive = text\n',
  );
});

test("withoutOurSections() leaves a config without ours alone", () => {
  for (const text of [...BEGINNINGS, '[merge "other"]\n\tname = x\n', '# [merge "lanekeeper-page"]\n']) {
    expect(withoutOurSections(text, { line_end_added: true })).toBe(text);
  }
});

function withOurs(root: string, before: string): string {
  const path = join(root, "config-file");
  writeFileSync(path, before);
  for (const [name, value] of driverSettings(["/a b/lane"]))
    useGit(root, "config", "--file", path, name, value);
  return readFileSync(path, "utf8");
}
