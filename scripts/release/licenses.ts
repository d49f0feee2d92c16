// The licences of all that is inside the executable: lane, the packages that it bundles, Bun and what Bun links.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";
import type { Licensed } from "../../src/commands/licenses.ts";
import { ROOT } from "../project.ts";

/** The texts of licences that Bun's page names. */
const NOTICES = join(ROOT, "scripts", "release", "notices");
const NOTICE_FILES = [
  "LGPL-2.0.txt",
  "LGPL-2.1.txt",
  "Apache-2.0.txt",
  "permissive.txt",
  "ICU.txt",
  "single.txt",
];

/** What the LGPL asks for, beyond what Bun's page says of Bun. */
const RELINKING = `Lane with a Bun of your own
---------------------------

Whoever built another Bun, as said above, makes a lane with it out of lane's source, which
is free (MIT): <the other bun> scripts/build.ts`;

const BUN_VERSION = packageJson.devDependencies.bun;

/** Lane's own licence first; packages by name; Bun last. */
export function licenses(): Licensed[] {
  return [...licensesWithoutBun(), asPlain(bunLicense())];
}

/** Of what runs on the Bun that is there. */
export function licensesWithoutBun(): Licensed[] {
  const { name, version, license } = packageJson;
  const own = { name, version, license, text: readFileSync(join(ROOT, "LICENSE"), "utf8") };
  return [own, ...Object.keys(packageJson.dependencies).sort().map(licenseOfPackage)].map(asPlain);
}

function asPlain(licensed: Licensed): Licensed {
  return { ...licensed, text: plain(licensed.text) };
}

/** Without page breaks and tabs: what lane prints, no terminal has to obey. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\f", "").replaceAll("\t", "        ").trim();
}

/** Bun's own list of what it links, and the licence of each. Its types bring the page along, its runtimes do not. */
export function bunNotice(): string {
  const { version } = installedPackage("bun-types");
  if (version !== BUN_VERSION) {
    throw new Error(
      `node_modules/bun-types is of Bun ${version}, package.json pins ${BUN_VERSION}: its list may differ`,
    );
  }
  const page = readFileSync(
    join(ROOT, "node_modules", "bun-types", "docs", "project", "license.mdx"),
    "utf8",
  );
  return page.replace(/^---\n.*?\n---\n/s, "").trim();
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

export function installedPackage(name: string): InstalledPackage {
  const path = join(ROOT, "node_modules", name, "package.json");
  const { version, license } = JSON.parse(readFileSync(path, "utf8"));
  if (typeof license !== "string") throw new Error(`${path} names no licence`);
  return { name, version, license };
}

function licenseOfPackage(name: string): Licensed {
  const folder = join(ROOT, "node_modules", name);
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].find((file) => existsSync(join(folder, file)));
  if (file === undefined) throw new Error(`${folder} holds no file LICENSE`);
  return { ...installedPackage(name), text: readFileSync(join(folder, file), "utf8") };
}

function bunLicense(): Licensed {
  const texts = NOTICE_FILES.map((name) => readFileSync(join(NOTICES, name), "utf8").trim());
  return {
    name: "bun",
    version: BUN_VERSION,
    license: "MIT, and what it links under other licences (LGPL-2.0 and LGPL-2.1 among them)",
    text: [bunNotice().trim(), RELINKING, ...texts].join(`\n\n${"-".repeat(72)}\n\n`),
  };
}
