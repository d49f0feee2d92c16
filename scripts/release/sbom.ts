// The list of all that is inside the executable, as a CycloneDX 1.6 document.

import { createHash } from "node:crypto";
import packageJson from "../../package.json";
import { bunNotice, type InstalledPackage } from "./licenses.ts";
import type { Source } from "./source.ts";

export const SBOM = "lane.cdx.json";

/** The packages that a build took files from, by name. */
export function bundledPackages(inputs: readonly string[]): string[] {
  const names = inputs.map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll("\\", "/"))?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Deterministic: the same commit and packages give the same bytes. */
export function sbom(source: Source, packages: readonly InstalledPackage[], lock: string): string {
  const { name, description } = packageJson;
  const lane = {
    ...npmComponent({ name, version: source.version, license: packageJson.license }),
    description,
  };
  const bundled = packages.map((one) => ({ ...npmComponent(one), ...hashesIn(lock, one) }));
  const bun = bunComponent();
  const linked = linkedLibraries(bunNotice());
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${source.commit_id} ${source.commit} ${source.version}`)}`,
    version: 1,
    metadata: {
      timestamp: source.date.toISOString(),
      component: { ...lane, type: "application" },
      properties: [{ name: "lane:commit", value: source.commit }],
    },
    components: [...bundled, bun, ...linked],
    dependencies: [
      { ref: lane["bom-ref"], dependsOn: [...bundled, bun].map((one) => one["bom-ref"]) },
      { ref: bun["bom-ref"], dependsOn: linked.map((one) => one["bom-ref"]) },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface Component {
  readonly type: "library" | "application" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses: readonly object[];
}

function npmComponent({ name, version, license }: InstalledPackage): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl, licenses: [{ license: { id: license } }] };
}

function bunComponent(): Component {
  const version = packageJson.devDependencies.bun;
  return { ...npmComponent({ name: "bun", version, license: "MIT" }), type: "platform" };
}

/** What Bun's own notice says it holds: JavaScriptCore, libraries, and packages for compatibility. */
export function linkedLibraries(notice: string): Component[] {
  const rows = [...notice.matchAll(/^\|[^|[]*\[`?([^\]`]+)`?\]\([^)]+\)[^|]*\|\s*(.+?)\s*\|$/gm)];
  const libraries = rows.map(([, name = "", license = ""]) => libraryOf(name, license));
  return [libraryOf("JavaScriptCore and WebKit", "LGPL-2"), ...libraries];
}

/** As Bun's notice calls them, and as SPDX does. */
const SPDX: Readonly<Record<string, string>> = {
  MIT: "MIT",
  "MIT licensed": "MIT",
  "BSD 2-Clause": "BSD-2-Clause",
  "BSD 3-Clause": "BSD-3-Clause",
  "Apache 2.0": "Apache-2.0",
  "Apache 2.0 licensed": "Apache-2.0",
  "LGPL-2": "LGPL-2.0-only",
  "LGPL v2.1": "LGPL-2.1-only",
  zlib: "Zlib",
};

function libraryOf(name: string, license: string): Component {
  const words = license.replace(/\[([^\]]+)\]\(([^)]+)\)/g, "$1 <$2>");
  const id = SPDX[license];
  return {
    type: "library",
    "bom-ref": `bun-links:${name.replace(/[^\w.-]+/g, "-")}`,
    name,
    licenses: [{ license: id === undefined ? { name: words } : { id } }],
  };
}

/** The archive's hash, as bun.lock has it. */
function hashesIn(lock: string, { name, version }: InstalledPackage) {
  const line = lock.split("\n").find((line) => line.includes(`["${name}@${version}",`));
  const base64 = /"sha512-([A-Za-z0-9+/=]+)"/.exec(line ?? "")?.[1];
  if (base64 === undefined) throw new Error(`bun.lock names no sha512 of ${name}@${version}`);
  return { hashes: [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }] };
}

/** A UUID made from a text (version 8: by a rule of one's own). */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
