// A release folder: made beside its place, and put there when it is whole.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SBOM } from "./sbom.ts";
import { SUMS } from "./sums.ts";

/** Gives `make` an empty folder, which then takes the place of the release that `out` held before, if any. */
export async function replaceReleaseFolder(
  out: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  refuseOtherFolder(out);
  mkdirSync(dirname(out), { recursive: true });
  const work = mkdtempSync(join(dirname(out), ".lane-release-"));
  try {
    const made = join(work, "made");
    mkdirSync(made);
    await make(made);
    refuseOtherFolder(out);
    if (existsSync(out)) renameSync(out, join(work, "replaced"));
    renameSync(made, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Only a release is thrown away: what its sums name, and nothing beside that. */
function refuseOtherFolder(out: string): void {
  if (!existsSync(out)) return;
  const hint = "Hint: name a folder that is not there yet: --out <dir>";
  if (!statSync(out).isDirectory()) throw new Error(`${out} is a file.\n${hint}`);
  const ours = filesOfRelease(out);
  const others = readdirSync(out)
    .filter((name) => !ours.includes(name))
    .toSorted();
  if (others.length === 0) return;
  const found = others.slice(0, 3).join(", ") + (others.length > 3 ? " and more" : "");
  throw new Error(`${out} holds what is of no release: ${found}.\n${hint}`);
}

/** None where the sums are of something else: many a download has its SHA256SUMS. */
function filesOfRelease(out: string): string[] {
  const sums = join(out, SUMS);
  if (!existsSync(sums)) return [];
  const named = readFileSync(sums, "utf8")
    .split("\n")
    .map((line) => line.slice(HASH_AND_BLANKS));
  return named.includes(SBOM) ? [...named, SUMS] : [];
}

const HASH_AND_BLANKS = 66;
