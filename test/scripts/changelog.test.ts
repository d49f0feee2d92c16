/** CHANGELOG.md has its form, and what reads it finds what is wrong. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";
import { problemsIn, problemsOfTag, sectionOf } from "../../scripts/changelog.ts";
import { ROOT } from "../../scripts/project.ts";

const SOUND = `# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-28

### Added

- A thing.

### Fixed

- Another.

## [1.0.0] - 2026-01-31 [YANKED]

### Added

- All of it.
`;

describe("problemsIn()", () => {
  test("finds nothing in the project's own", () => {
    expect(problemsIn(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"))).toEqual([]);
  });

  test("finds nothing where the form is kept", () => {
    expect(problemsIn(SOUND)).toEqual([]);
  });

  const BREAKS: readonly [what: string, from: string, to: string, problem: string][] = [
    ["no title", "# Changelog", "# Changes", "the first line is not: # Changelog"],
    ["no [Unreleased]", "## [Unreleased]\n", "", "the first section is not: ## [Unreleased]"],
    ["no date", " - 2026-02-28", "", '"## [1.1.0]" is not of the form: ## [1.2.3] - 2026-01-31'],
    ["a day that is not", "02-28", "02-30", '"## [1.1.0] - 2026-02-30": there is no such day'],
    [
      "a version out of order",
      "1.1.0",
      "0.9.0",
      '"## [1.0.0] - 2026-01-31 [YANKED]" stands below 0.9.0, which is not newer',
    ],
    [
      "a date out of order",
      "02-28",
      "01-30",
      '"## [1.0.0] - 2026-01-31 [YANKED]" stands below 1.1.0, which is not newer',
    ],
    [
      "an unknown kind",
      "### Fixed",
      "### Mended",
      '"### Mended" is none of Added, Changed, Deprecated, Removed, Fixed, Security',
    ],
    ["a kind twice", "### Fixed", "### Added", '"### Added" stands twice under "## [1.1.0] - 2026-02-28"'],
    ["an empty kind", "- Another.\n", "", '"### Fixed" of "## [1.1.0] - 2026-02-28" lists nothing'],
    [
      "an empty section",
      "### Added\n\n- All of it.\n",
      "",
      '"## [1.0.0] - 2026-01-31 [YANKED]" says nothing',
    ],
  ];
  test.each(BREAKS)("finds %s", (_what, from, to, problem) => {
    expect(problemsIn(SOUND.replace(from, to))).toEqual([problem]);
  });
});

describe("sectionOf()", () => {
  test("gives what a version changed", () => {
    expect(sectionOf("1.1.0", SOUND)).toBe("### Added\n\n- A thing.\n\n### Fixed\n\n- Another.");
    expect(sectionOf("1.0.0", SOUND)).toBe("### Added\n\n- All of it.");
  });

  test("gives nothing for [Unreleased] without changes, and undefined for an unknown version", () => {
    expect(sectionOf("Unreleased", SOUND)).toBe("");
    expect(sectionOf("1.0", SOUND)).toBeUndefined();
  });
});

describe("problemsOfTag()", () => {
  test("finds nothing where tag, version and section are of one mind", () => {
    expect(problemsOfTag("v1.1.0", "1.1.0", SOUND)).toEqual([]);
  });

  test("finds another version, a missing section, and changes that are left", () => {
    const left = SOUND.replace("## [Unreleased]\n", "## [Unreleased]\n\n### Added\n\n- More.\n");
    expect(problemsOfTag("v1.2.0", "1.1.1", left)).toEqual([
      "the tag is v1.2.0, and package.json has version 1.1.1: one must change",
      "CHANGELOG.md has no section for 1.1.1: name [Unreleased] so, with today's date",
      "CHANGELOG.md has changes under [Unreleased]: they belong to 1.1.1, or to no release yet",
    ]);
  });
});

test("package.json alone names the version", () => {
  const patterns = ["{src,scripts,.github,.ci}/**/*", "{README,ARCHITECTURE,CONTRIBUTING,SECURITY}.md"];
  const files = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: ROOT, dot: true })]);
  const version = new RegExp(`(?<![\\d.])${packageJson.version.replaceAll(".", "\\.")}(?![\\d.])`);
  const naming = files.filter((file) => version.test(readFileSync(join(ROOT, file), "utf8")));
  expect(files.length).toBeGreaterThan(100);
  expect(naming).toEqual([]);
});
