/** The parts of a release that need no build: targets, sums, what is inside, notes, archives, stamps. */

import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { unzipSync } from "fflate";
import packageJson from "../../package.json";
import { ROOT } from "../../scripts/project.ts";
import { type Entry, tarGz } from "../../scripts/release/archive.ts";
import { unpack } from "../../scripts/release/check.ts";
import { stamped } from "../../scripts/release/installers.ts";
import { bunNotice, installedPackage, licenses } from "../../scripts/release/licenses.ts";
import { changesOf, type Made, releaseNotes } from "../../scripts/release/notes.ts";
import { differences } from "../../scripts/release/reproduce.ts";
import { bundledPackages, linkedLibraries, sbom } from "../../scripts/release/sbom.ts";
import type { Source } from "../../scripts/release/source.ts";
import { sumsOf } from "../../scripts/release/sums.ts";
import { archiveName, chosenTargets, integrityOf, TARGETS } from "../../scripts/release/targets.ts";
import { hasCppForMusl, usableWine } from "../../scripts/release/ways_to_run.ts";
import { makeFolder } from "../support/project.ts";

const LOCK = readFileSync(join(ROOT, "bun.lock"), "utf8");
const SOURCE: Source = {
  version: "1.2.3",
  commit: "0123456789ab",
  commit_id: "0123456789abcdef0123456789abcdef01234567",
  date: new Date("2026-02-08T12:34:56Z"),
};

test("TARGETS name an archive for every system", () => {
  expect(TARGETS.map(archiveName)).toEqual([
    "lane-linux-x64.tar.gz",
    "lane-linux-x64-baseline.tar.gz",
    "lane-linux-arm64.tar.gz",
    "lane-linux-x64-musl.tar.gz",
    "lane-linux-arm64-musl.tar.gz",
    "lane-macos-x64.tar.gz",
    "lane-macos-arm64.tar.gz",
    "lane-windows-x64.zip",
  ]);
});

test("integrityOf() knows the runtime of every target at the version that package.json pins", () => {
  for (const target of TARGETS) expect(integrityOf(target, LOCK)).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  expect(new Set(TARGETS.map((target) => integrityOf(target, LOCK))).size).toBe(TARGETS.length);
});

test("chosenTargets() takes all, or those that are named, and refuses others", () => {
  expect(chosenTargets(undefined)).toEqual(TARGETS);
  expect(chosenTargets("macos-x64, linux-x64").map(({ name }) => name)).toEqual(["linux-x64", "macos-x64"]);
  expect(() => chosenTargets("linux-x46")).toThrow('there is no target "linux-x46"; there are linux-x64,');
});

test("hasCppForMusl() tells musl's C++ library from glibc's, and from none", () => {
  using folder = makeFolder();
  const executable = join(folder.path, "lane");
  const loader = join(folder.path, "loader");
  const finds = (found: string, codeForLibrary: number) => {
    const answers = `case $2 in *libstdc*) exit ${codeForLibrary} ;; esac; echo "${found}"; exit 127`;
    writeFileSync(loader, `#!/bin/sh\n${answers}\n`, { mode: 0o755 });
    return hasCppForMusl(loader, executable);
  };
  const found = "\tlibstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f40e2864000)";
  expect(finds(found, 0)).toBe(true);
  expect(finds(found, 127)).toBe(false);
  expect(finds("\tlibc.so => /lib/ld-musl-x86_64.so.1 (0x7f40e2864000)", 0)).toBe(false);
  expect(hasCppForMusl(join(folder.path, "none"), executable)).toBe(false);
});

test("sumsOf() is what sha256sum writes, over all files but the sums", () => {
  using folder = makeFolder();
  for (const name of ["b", "a", "SHA256SUMS"]) writeFileSync(join(folder.path, name), name);
  expect(sumsOf(folder.path)).toBe(
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a\n" +
      "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b\n",
  );
});

test("bunNotice() is there for the Bun that package.json pins", () => {
  expect(bunNotice()).toContain("JavaScriptCore");
});

test("licenses() have a text for every licence that Bun's notice names", () => {
  const texts: Readonly<Record<string, string>> = {
    MIT: "Permission is hereby granted, free of charge, to any person obtaining a copy\nof this software",
    "MIT licensed":
      "Permission is hereby granted, free of charge, to any person obtaining a copy\nof this software",
    "BSD 2-Clause": "BSD 2-Clause, BSD 3-Clause\n---",
    "BSD 3-Clause": "BSD 2-Clause, BSD 3-Clause\n---",
    "Apache 2.0": "Apache License\n",
    "Apache 2.0 licensed": "Apache License\n",
    "LGPL v2.1": "Version 2.1, February 1999",
    zlib: "zlib\n----",
    "ICU license": "UNICODE LICENSE V3",
    "BSD 3-Clause / IJG / zlib": "This software is based in part on the work of the Independent JPEG Group",
    "BSD 2-Clause (portions derived from libpng, PNG Reference Library License v2)":
      "PNG Reference Library License version 2",
    // BoringSSL and libarchive: BSD and Apache, as above, and for BoringSSL these.
    "several licenses": "OpenSSL and SSLeay (parts of BoringSSL)\n---",
    "MIT (bundled xxhash is BSD 2-Clause)": "BSD 2-Clause, BSD 3-Clause\n---",
    "MIT (portions derived from Chromium proto-quic, BSD 3-Clause)": "BSD 2-Clause, BSD 3-Clause\n---",
    // Of two licences, the one that is taken.
    "dual-licensed under the Perl License or the MIT License": "MIT\n---",
    "dual-licensed under the BSD License or GPLv2 license": "BSD 2-Clause, BSD 3-Clause\n---",
    "dual-licensed under CC0 1.0 or the BSD 2-Clause License": "BSD 2-Clause, BSD 3-Clause\n---",
    "public domain": "",
  };
  const rows = [...bunNotice().matchAll(/^\| .*\]\(.*\| (.+?) *\|$/gm)];
  const named = new Set(rows.map(([, words = ""]) => words.replace(/^\[(.+)\]\(.+\)$/, "$1")));
  expect([...named].filter((words) => !Object.hasOwn(texts, words))).toEqual([]);
  const bun = licenses().at(-1)?.text ?? "";
  expect([...named].filter((words) => !bun.includes(texts[words] ?? ""))).toEqual([]);
  expect(bun).toContain("Version 2, June 1991");
  expect(bun).toContain("scripts/build.ts");
});

test("linkedLibraries() are those that Bun's notice lists, with their licences", () => {
  const libraries = linkedLibraries(bunNotice());
  const license = (name: string) => libraries.find((one) => one.name === name)?.licenses;
  expect(license("JavaScriptCore and WebKit")).toEqual([{ license: { id: "LGPL-2.0-only" } }]);
  expect(license("tinycc")).toEqual([{ license: { id: "LGPL-2.1-only" } }]);
  expect(license("libicu")).toEqual([{ license: { name: expect.stringContaining("https://") } }]);
  expect(license("acorn")).toEqual([{ license: { id: "MIT" } }]);
  const rows = [...bunNotice().matchAll(/^\| .*\]\(/gm)];
  expect(libraries).toHaveLength(rows.length + 1);
});

test("bundledPackages() are the packages that a build took files from", () => {
  const inputs = [
    "../src/main.ts",
    "node_modules/ulid/dist/a.js",
    "..\\node_modules\\@a\\b\\c.js",
    "/x/node_modules/ulid/b.js",
  ];
  expect(bundledPackages(inputs)).toEqual(["@a/b", "ulid"]);
});

test("sbom() is valid CycloneDX 1.6, by its published schema", () => {
  const document = JSON.parse(madeSbom());
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
    ajv.addSchema(cyclonedx(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(cyclonedx("bom-1.6"));
  expect({ valid: validate(document), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(validate({ ...document, specVersion: 1.6 })).toBe(false);
});

test("sbom() says the same of the same commit, and names each part with its hash", () => {
  expect(madeSbom()).toBe(madeSbom());
  expect(JSON.parse(sbom({ ...SOURCE, commit_id: "f" }, [], LOCK)).serialNumber).not.toBe(
    JSON.parse(madeSbom()).serialNumber,
  );
  const { metadata, components } = JSON.parse(madeSbom());
  expect(metadata).toMatchObject({ timestamp: "2026-02-08T12:34:56.000Z", component: { version: "1.2.3" } });
  expect(components.find(({ name }: { name: string }) => name === "@valibot/to-json-schema")).toMatchObject({
    purl: `pkg:npm/%40valibot/to-json-schema@${packageJson.dependencies["@valibot/to-json-schema"]}`,
    licenses: [{ license: { id: "MIT" } }],
    hashes: [{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
  });
});

const CHANGES =
  "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [1.2.3] - 2026-02-08\n\n- old\n\n[1.2.3]: ../../x\n";

test("changesOf() is the version's part of the change log, or what is not released yet", () => {
  expect(changesOf("1.2.3", CHANGES)).toBe("- old");
  expect(changesOf("1.3.0", CHANGES)).toBe("- new");
  expect(() => changesOf("1.3.0", "# Changelog\n")).toThrow("neither a part [1.3.0] nor [Unreleased]");
});

test("releaseNotes() say what was run, and what was not and why", () => {
  const notes = releaseNotes(
    SOURCE,
    [
      made("linux-x64", { run_by: "run on this machine" }),
      made("macos-x64", { run_by: undefined, not_run: "needs macOS on x64" }),
    ],
    CHANGES,
  );
  expect(notes).toContain("# lane 1.2.3\n\nCommit 0123456789ab, 2026-02-08.\n");
  expect(notes).toContain("| lane-linux-x64.tar.gz | 50.0 | 110.0 | 10.0 | `ab12` |\n");
  expect(notes).toContain(
    "- linux-x64: run on this machine\n- macos-x64: **not run**, which needs macOS on x64\n",
  );
  expect(notes).toEndWith("## Changes\n\n- old\n");
});

test("releaseNotes() claim nothing of files that nobody looked at", () => {
  const notes = releaseNotes(SOURCE, [made("linux-x64", undefined)], CHANGES);
  expect(notes).toContain("## How far it was tried\n\n**Not at all**: these files were made,");
  expect(notes).not.toContain("was unpacked");
});

const ENTRIES: readonly Entry[] = [
  { name: "LICENSE", data: Buffer.from("free\n"), is_executable: false },
  { name: "lane", data: Buffer.from("run\n"), is_executable: true },
];

test("tarGz() has one folder, fixed modes and one time", async () => {
  const packed = tarGz("lane-x", ENTRIES, SOURCE.date);
  expect(packed.subarray(4, 8)).toEqual(new Uint8Array(4)); // gzip's own time
  const files = await new Bun.Archive(packed).files();
  expect([...files.keys()]).toEqual(["lane-x/LICENSE", "lane-x/lane"]);
  expect(await files.get("lane-x/lane")?.text()).toBe("run\n");
  const headers = Buffer.from(Bun.gunzipSync(packed));
  const fields = (at: number) =>
    headers
      .toString("latin1", at + 100, at + 148)
      .replaceAll(/[\0 ]+/g, " ")
      .trim();
  const seconds = (SOURCE.date.getTime() / 1000).toString(8).padStart(11, "0");
  expect(fields(0)).toMatch(new RegExp(`^0*755 0+ 0+ 0+ ${seconds}$`));
  expect(fields(512)).toMatch(new RegExp(`^0*644 0+ 0+ 0*5 ${seconds}$`));
  expect(fields(1536)).toMatch(new RegExp(`^0*755 0+ 0+ 0*4 ${seconds}$`));
});

test("unpack() gives the modes that the archive says, whatever the umask is", async () => {
  using folder = makeFolder();
  const path = join(folder.path, "lane.tar.gz");
  const [target] = TARGETS;
  if (target === undefined) throw new Error("there are no targets");
  writeFileSync(path, tarGz("lane-x", ENTRIES, SOURCE.date));
  const umask = process.umask(0o077);
  try {
    await unpack(path, folder.path, target);
  } finally {
    process.umask(umask);
  }
  const modes = ["lane", "LICENSE"].map((name) => statSync(join(folder.path, "lane-x", name)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o644]);
});

// 2:30 of that night is an hour that New York's clocks leave out.
test.each(["2026-02-08T12:34:56Z", "2026-03-08T02:30:00Z"])(
  "zip() of %s is the same in every time zone",
  (date) => {
    const zones = ["UTC", "America/New_York", "Asia/Kolkata"];
    const packed = zones.map((zone) => {
      const code = `
      import { zip } from "${join(ROOT, "scripts", "release", "archive.ts").replaceAll("\\", "/")}";
      const data = Buffer.from("run\\n");
      const bytes = zip("lane-x", [{ name: "lane.exe", data, is_executable: true }], new Date("${date}"));
      console.log(Buffer.from(bytes).toString("base64"));`;
      const env = { ...process.env, TZ: zone };
      return Bun.spawnSync([process.execPath, "-e", code], { cwd: ROOT, env }).stdout.toString();
    });
    expect(packed[0]).not.toBe("");
    expect(new Set(packed).size).toBe(1);
    const files = unzipSync(Buffer.from(packed[0] ?? "", "base64"));
    expect(Object.keys(files)).toEqual(["lane-x/lane.exe"]);
  },
);

test("stamped() writes the address into the one line for it, and refuses what is none", () => {
  const address = "https://example.org/releases/download/v1.2.3";
  expect(stamped("install.sh", '#!/bin/sh\nRELEASE_URL=""\nx\n', `${address}/`)).toBe(
    `#!/bin/sh\nRELEASE_URL="${address}"\nx\n`,
  );
  expect(stamped("install.ps1", '$ReleaseUrl = ""\r\n', address)).toBe(`$ReleaseUrl = "${address}"\r\n`);
  expect(() => stamped("install.sh", 'RELEASE_URL=""\n', 'x"; rm -rf /')).toThrow("holds what is no address");
  expect(() => stamped("install.sh", "x\n", address)).toThrow('not exactly one line RELEASE_URL=""');
});

test("differences() are files that differ or are missing, but for those that tell of the machine", () => {
  using one = makeFolder();
  using other = makeFolder();
  const files = { same: ["x", "x"], changed: ["x", "y"], SHA256SUMS: ["x", "y"] };
  for (const [name, [here = "", there = ""]] of Object.entries(files)) {
    writeFileSync(join(one.path, name), here);
    writeFileSync(join(other.path, name), there);
  }
  writeFileSync(join(other.path, "more"), "");
  expect(differences(one.path, other.path)).toEqual(["changed", "more"]);
});

function madeSbom(): string {
  return sbom(SOURCE, Object.keys(packageJson.dependencies).map(installedPackage), LOCK);
}

function cyclonedx(name: string): object {
  const folder = join(ROOT, "node_modules", "@cyclonedx", "cyclonedx-library", "res", "schema");
  return JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), "utf8"));
}

function made(target: string, trial: Made["trial"]): Made {
  return {
    target,
    archive: `lane-${target}.tar.gz`,
    sha256: "ab12",
    archive_bytes: 50e6,
    executable_bytes: 110e6,
    runtime_bytes: 100e6,
    trial,
  };
}

test.each([
  ["wine-10.0 (Debian 10.0~repack-6)\n", "10.0"],
  ["wine-10.18\n", "10.18"],
  ["wine-9.22\n", undefined],
  ["wine-8.0 (Debian 8.0~repack-4)\n", undefined],
  ["", undefined],
])("of Wine only those from 10 on run Bun's runtime: %j", (said, version) => {
  expect(usableWine(said)).toBe(version as string);
});
