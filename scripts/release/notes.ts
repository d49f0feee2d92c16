// RELEASE_NOTES.md: what a release is, what is in it, how far it was tried, how to check and install it.

import { sectionOf, UNRELEASED } from "../changelog.ts";
import type { Trial } from "./check.ts";
import type { Source } from "./source.ts";

/** One target, made. */
export interface Made {
  readonly target: string;
  readonly archive: string;
  readonly sha256: string;
  readonly archive_bytes: number;
  readonly executable_bytes: number;
  /** Bun's runtime alone, before lane is put into it. */
  readonly runtime_bytes: number;
  /** Undefined where it was not even looked at. */
  readonly trial: Trial | undefined;
}

export function releaseNotes(source: Source, made: readonly Made[], changelog: string): string {
  return `${[
    `# lane ${source.version}`,
    "",
    `Commit ${source.commit}, ${source.date.toISOString().slice(0, 10)}.`,
    "",
    "## Install",
    "",
    "In the folder with these files, also on a machine without network:",
    "",
    "```",
    "sh install.sh                                           # Linux, macOS",
    "powershell -ExecutionPolicy Bypass -File install.ps1     # Windows",
    "```",
    "",
    "Or unpack the archive for your machine, and put `lane` on your `PATH`. `baseline` is for x64 processors without AVX2, `musl` for Alpine Linux and its like (which needs the package `libstdc++`).",
    "",
    "## Check",
    "",
    "```",
    "sha256sum --check --ignore-missing SHA256SUMS           # Linux",
    "shasum -a 256 --check --ignore-missing SHA256SUMS       # macOS",
    "```",
    "",
    "`lane.cdx.json` lists what is inside (CycloneDX 1.6), `lane --licenses` prints the licences.",
    "",
    "## Files",
    "",
    "| file | archive, MB | executable, MB | of it lane, MB | SHA-256 |",
    "|---|---|---|---|---|",
    ...made.map(
      (one) =>
        `| ${one.archive} | ${megabytes(one.archive_bytes)} | ${megabytes(one.executable_bytes)} | ${megabytes(one.executable_bytes - one.runtime_bytes)} | \`${one.sha256}\` |`,
    ),
    "",
    "The rest of an executable is Bun's runtime, with JavaScriptCore. Do not `strip` one: what is left is a bare Bun.",
    "",
    "## How far it was tried",
    "",
    ...howFarTried(made),
    "",
    "The executables for macOS are signed ad hoc (which bytes are meant, not who made them) and not notarized; that for Windows is not signed.",
    "",
    "## Changes",
    "",
    changesOf(source.version, changelog),
  ].join("\n")}\n`;
}

function howFarTried(made: readonly Made[]): string[] {
  const tried = made.flatMap(({ target, trial }) => (trial === undefined ? [] : [{ target, ...trial }]));
  if (tried.length === 0) return ["**Not at all**: these files were made, and neither looked at nor run."];
  return [
    "Every archive was unpacked; of every executable the format, the size, version and commit inside, and on macOS the code signature were checked. A whole work flow (a feature, a work package, a transition, a refusal) was run by:",
    "",
    ...tried.map(({ target, run_by, not_run }) =>
      run_by === undefined ? `- ${target}: **not run**, which ${not_run}` : `- ${target}: ${run_by}`,
    ),
  ];
}

/** What the change log says of a version; of what is not released yet, where it does not name it. */
export function changesOf(version: string, changelog: string): string {
  const changes = sectionOf(version, changelog) ?? sectionOf(UNRELEASED, changelog);
  if (changes === undefined)
    throw new Error(`CHANGELOG.md has neither a part [${version}] nor [${UNRELEASED}]`);
  return changes.replace(/^\[[^\]]+\]: .*$/gm, "").trim();
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
