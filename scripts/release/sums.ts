// SHA256SUMS, in the form that sha256sum writes and checks.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const SUMS = "SHA256SUMS";

/** A line for every other file of a folder, by name. */
export function sumsOf(folder: string): string {
  const names = readdirSync(folder).filter((name) => name !== SUMS);
  return names
    .sort()
    .map((name) => `${sha256Hex(readFileSync(join(folder, name)))}  ${name}\n`)
    .join("");
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
