/** scripts/install.sh from a release's address, over TLS: a server here, by a certificate made for it. Needs openssl. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, type Ground, makeGround, type Surroundings } from "../support/installing.ts";
import { makeFolder } from "../support/project.ts";

const CAN_SERVE = Bun.which("openssl") !== null;
if (!CAN_SERVE) console.warn("Skipped: no certificate can be made here (openssl)");

const TARGET = ["--target", "linux-x64"];
const DOWNLOADERS = ["curl", "wget"].filter((name) => Bun.which(name) !== null);
const folder = makeFolder();
const [key, cert, wgetrc] = ["key.pem", "cert.pem", "wgetrc"].map((name) => join(folder.path, name)) as [
  string,
  string,
  string,
];
let server: ReturnType<typeof Bun.serve>;
let plain: ReturnType<typeof Bun.serve>;
let release = "";

/** `/whole/…` are the files; `/cut/…` breaks the archive off; `/plain/…` leads to http; else 404. */
function serve(request: Request): Response {
  const [, kind, name = ""] = new URL(request.url).pathname.split("/");
  const path = join(release, name);
  if (kind === "plain") return Response.redirect(`http://localhost:${plain.port}/${name}`);
  if (kind === "moved") return Response.redirect(`https://localhost:${server.port}/whole/${name}`);
  if (!existsSync(path) || kind === "none") return new Response("", { status: 404 });
  if (kind === "cut" && name.endsWith(".gz")) return brokenOff(readFileSync(path));
  return new Response(Bun.file(path));
}

/** The first half; then the connection ends as it does where a cable is pulled. */
function brokenOff(bytes: Buffer): Response {
  const halves = [bytes.subarray(0, bytes.length / 2)];
  const stream = new ReadableStream({
    pull: (controller) => {
      const half = halves.pop();
      if (half === undefined) controller.error(new Error("cut"));
      else controller.enqueue(half);
    },
  });
  return new Response(stream);
}

beforeAll(() => {
  if (!CAN_SERVE) return;
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  Bun.spawnSync([
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    cert,
    ...subject,
  ]);
  writeFileSync(wgetrc, `ca_certificate = ${cert}\nwaitretry = 0\n`);
  server = Bun.serve({
    development: false,
    port: 0,
    tls: { key: Bun.file(key), cert: Bun.file(cert) },
    fetch: serve,
  });
  plain = Bun.serve({
    port: 0,
    fetch: (request) => new Response(Bun.file(join(release, new URL(request.url).pathname))),
  });
});

afterAll(() => {
  void server?.stop(true);
  void plain?.stop(true);
  folder[Symbol.dispose]();
});

/** The script piped into a shell that has one downloader. */
async function fetched(ground: Ground, kind: string, downloader: string, trusted = true) {
  release = ground.release;
  const script = join(ground.release, "install.sh");
  const address = `https://localhost:${server.port}/${kind}`;
  writeFileSync(script, readFileSync(script, "utf8").replace('RELEASE_URL=""', `RELEASE_URL="${address}"`));
  const bin = join(ground.release, "bin");
  mkdirSync(bin);
  const always = "cat chmod cut grep gzip head ln ls mkdir mv rm rmdir sed sha256sum sh sort tar uname".split(
    " ",
  );
  for (const name of [...always, downloader]) symlinkSync(Bun.which(name) ?? name, join(bin, name));
  const trust = trusted ? { CURL_CA_BUNDLE: cert, WGETRC: wgetrc } : {};
  const surroundings: Surroundings = { piped: true, env: { PATH: bin, ...trust } };
  const { code, stdout, stderr } = await ground.installBeside(TARGET, surroundings);
  const named = (text: string) => text.replaceAll(address, "<address>");
  return { code, stdout: named(stdout), stderr: named(stderr) };
}

describe.skipIf(!CAN_SERVE).each(DOWNLOADERS)("install.sh with %s", (downloader) => {
  test.each(["whole", "moved"])(
    "install.sh fetches, checks and installs a release that is %s",
    async (kind) => {
      using ground = makeGround();
      const { code, stdout, stderr } = await fetched(ground, kind, downloader);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("From <address>\nlane 9.9.9 is installed: <home>/.local/bin/lane\n");
    },
  );

  test.each([
    ["breaks off", "cut", true, `lane-linux-x64.tar.gz`],
    ["is not there", "none", true, "SHA256SUMS"],
    ["leads to plain http", "plain", true, "SHA256SUMS"],
    ["is served by nobody who is trusted", "whole", false, "SHA256SUMS"],
  ])("install.sh refuses a release that %s, and leaves nothing", async (_, kind, trusted, name) => {
    using ground = makeGround();
    const before = contentsOf(ground.home);
    const { code, stderr } = await fetched(ground, kind, downloader, trusted);
    const [error = "", hint] = stderr.split("\n");
    expect(error).toMatch(new RegExp(`^Error: <address>/${name} could not be fetched: .+`));
    expect(hint).toBe("Hint: try again; or fetch the release elsewhere and use --from <dir>");
    expect(code).toBe(1);
    expect(contentsOf(ground.home)).toEqual(before);
  });
});
