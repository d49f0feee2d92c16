// Checks CHANGELOG.md: `node scripts/bootstrap.mjs scripts/changelog.ts v1.2.3` also checks that this tag can be released.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json";
import { ROOT } from "./project.ts";

/** What a reader looks for, by Keep a Changelog. */
const KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
export const UNRELEASED = "Unreleased";
const NUMBER = String.raw`\d+\.\d+\.\d+(?:-[\w.-]+)?`;
/** A release that was taken back keeps its section, and says so. */
const RELEASED = new RegExp(String.raw`^\[(${NUMBER})\] - (\d{4}-\d{2}-\d{2})(?: \[YANKED\])?$`);

interface Section {
  readonly heading: string;
  /** What stands below the heading, without blank lines around it. */
  readonly body: string;
}

if (import.meta.main) {
  const text = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const [tag] = process.argv.slice(2);
  const problems = [
    ...problemsIn(text),
    ...(tag === undefined ? [] : problemsOfTag(tag, packageJson.version, text)),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log(`CHANGELOG.md is sound${tag === undefined ? "" : ` for ${tag}`}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** What a version changed; undefined where it has no section. `Unreleased` names what has no version yet. */
export function sectionOf(version: string, text: string): string | undefined {
  return sectionsOf(text).find(({ heading }) => nameOf(heading) === version)?.body;
}

/** What keeps a tag from being released. */
export function problemsOfTag(tag: string, version: string, text: string): string[] {
  const body = sectionOf(version, text);
  return [
    tag === `v${version}`
      ? []
      : `the tag is ${tag}, and package.json has version ${version}: one must change`,
    body ? [] : `CHANGELOG.md has no section for ${version}: name [Unreleased] so, with today's date`,
    sectionOf(UNRELEASED, text)
      ? `CHANGELOG.md has changes under [Unreleased]: they belong to ${version}, or to no release yet`
      : [],
  ].flat();
}

/** Where the form is not kept, a message for each place. */
export function problemsIn(text: string): string[] {
  const sections = sectionsOf(text);
  const headings = sections.map(({ heading }) => heading);
  return [
    text.startsWith("# Changelog\n") ? [] : "the first line is not: # Changelog",
    headings[0] === `[${UNRELEASED}]` ? [] : `the first section is not: ## [${UNRELEASED}]`,
    ...headings.slice(1).map(problemsInHeading),
    ...problemsInOrder(headings.slice(1)),
    ...sections.map(problemsInBody),
  ].flat();
}

function sectionsOf(text: string): Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = "", ...lines] = part.split("\n");
      return { heading, body: lines.join("\n").trim() };
    });
}

/** A version, or `Unreleased`. */
function nameOf(heading: string): string | undefined {
  return RELEASED.exec(heading)?.[1] ?? /^\[(Unreleased)\]$/.exec(heading)?.[1];
}

function problemsInHeading(heading: string): string[] {
  const date = RELEASED.exec(heading)?.[2];
  if (date === undefined) return [`"## ${heading}" is not of the form: ## [1.2.3] - 2026-01-31`];
  const time = new Date(`${date}T00:00:00Z`);
  const is_day = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
  return is_day ? [] : [`"## ${heading}": there is no such day`];
}

/** The newest comes first. */
function problemsInOrder(headings: readonly string[]): string[] {
  return headings.slice(1).flatMap((heading, index) => {
    const [, older = "", older_date = ""] = RELEASED.exec(heading) ?? [];
    const [, newer = "", newer_date = ""] = RELEASED.exec(headings[index] ?? "") ?? [];
    if (older === "" || newer === "") return [];
    return Bun.semver.order(newer, older) > 0 && newer_date >= older_date
      ? []
      : [`"## ${heading}" stands below ${newer}, which is not newer`];
  });
}

function problemsInBody({ heading, body }: Section): string[] {
  const parts = body.split(/^### /m).slice(1);
  const kinds = parts.map((part) => part.split("\n")[0] ?? "");
  return [
    heading !== `[${UNRELEASED}]` && body === "" ? [`"## ${heading}" says nothing`] : [],
    kinds
      .filter((kind) => !KINDS.includes(kind))
      .map((kind) => `"### ${kind}" is none of ${KINDS.join(", ")}`),
    kinds
      .filter((kind, index) => kinds.indexOf(kind) !== index)
      .map((kind) => `"### ${kind}" stands twice under "## ${heading}"`),
    parts
      .filter((part) => !/^- /m.test(part))
      .map((part) => `"### ${part.split("\n")[0]}" of "## ${heading}" lists nothing`),
  ].flat();
}
