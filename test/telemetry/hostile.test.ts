/** A hostile repository: before its sinks are trusted nothing is sent, written or run. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, makeFolder } from "../support/project.ts";
import { startReceiver } from "../support/receiver.ts";
import { CAN_LINK } from "../support/system.ts";
import { makeTelemetry, type TelemetryProject } from "../support/telemetry.ts";

setDefaultTimeout(60_000);

const TOKEN = "$" + "{SECRET}";

test("sinks of a repository are told nothing, whatever is called, until they are trusted", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([], { trusted: false });
  const marker = join(it.project.root, "marker");
  it.configure(
    { name: "hub", kind: "http", url: receiver.url, headers: { "x-secret": TOKEN } },
    { name: "file", kind: "file", path: "marker" },
    { name: "program", kind: "command", run: ["/bin/sh", "-c", `touch ${marker}`] },
  );
  const env = { SECRET: "s3cret" };
  const moved = await it.move(env);
  expect(moved).toMatchObject({ code: 0, telemetry: "off" });
  expect(moved.warnings.map(({ code }) => code)).toEqual(Array(3).fill("TELEMETRY_UNTRUSTED"));
  // What trust would hand over is told before it, by its name.
  const messages = moved.warnings.map(({ message }) => message).join("\n");
  expect(messages).toContain("told nothing (its headers would hold what SECRET holds); if you trust it");
  expect(messages).not.toContain("s3cret");
  expect(await it.move(env)).toMatchObject({ telemetry: "off", warnings: [] });
  for (const words of ["", "--status", "--dry-run", "--retry-parked"]) await it.sync(words, env);
  const program = await it.lane("sync --trust program", env);
  expect(program).toMatchObject({ code: 2, stdout: "" });
  await it.move(env);
  await it.sync("", env);
  expect(receiver.requests).toEqual([]);
  expect(existsSync(marker)).toBe(false);
  expect((await it.sync("--status")).sinks.map(({ standing }) => standing)).toEqual([
    "untrusted",
    "untrusted",
    "never",
  ]);
});

test("--trust makes due what this clone wrote before it, and holds for that definition alone", async () => {
  using receiver = startReceiver();
  const hub = { name: "hub", kind: "http", url: receiver.url };
  using it = await makeTelemetry([hub], { trusted: false });
  await it.move();
  await it.move();
  expect((await it.sync("--trust hub")).sinks[0]).toMatchObject({ standing: "trusted", due: 2, sent: 0 });
  expect(receiver.requests).toEqual([]);
  expect(await it.move()).toMatchObject({ telemetry: "sent" });
  expect(receiver.ids()).toEqual(it.ids());
  for (const change of [{ url: `${receiver.url}/x` }, { headers: { "x-a": TOKEN } }, { scope: "all" }]) {
    it.configure({ ...hub, ...change });
    const moved = await it.move();
    expect(moved).toMatchObject({ telemetry: "off", warnings: [{ code: "TELEMETRY_UNTRUSTED" }] });
  }
  expect(receiver.requests).toHaveLength(1);
  it.configure(hub);
  expect(await it.move()).toMatchObject({ telemetry: "sent", warnings: [] });
});

test("--trust says that it holds, also where a log can't be read", async () => {
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: "http://127.0.0.1:9/" }], {
    trusted: false,
  });
  writeFileSync(it.project.log_path, "no event\n");
  expect(await it.lane("sync --trust hub --json")).toMatchObject({
    code: 0,
    json: { ok: true, data: { sinks: [{ standing: "trusted" }] }, warnings: [{ code: "LOG_CORRUPT" }] },
  });
  expect(await it.lane("sync --json")).toMatchObject({ code: 3, json: { error: { code: "LOG_CORRUPT" } } });
});

test("trust of one repository is none of another, though it says the same", async () => {
  using receiver = startReceiver();
  const hub = { name: "hub", kind: "http", url: receiver.url };
  using trusted = await makeTelemetry([hub]);
  using other = await makeTelemetry([hub], { trusted: false });
  const moved = await other.move({ HOME: trusted.home });
  expect(moved).toMatchObject({ telemetry: "off", warnings: [{ code: "TELEMETRY_UNTRUSTED" }] });
  expect(receiver.requests).toEqual([]);
});

test.skipIf(!CAN_LINK)("state that is a link leads nothing anywhere, and no emit fails by it", async () => {
  using receiver = startReceiver();
  using outside = makeFolder();
  for (const [place, target] of [
    [".telemetry", "folder"],
    ["kitty-specs/034-test-feature.telemetry", "folder"],
    [".telemetry/memory.json", "file"],
    ["kitty-specs/034-test-feature.telemetry/written", "file"],
    ["kitty-specs/034-test-feature.telemetry/hub.*.receipts", "file"],
    [".telemetry/behind", "folder"],
  ] as const) {
    using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url }]);
    await it.move();
    const [there = place] = new Bun.Glob(place).scanSync({ cwd: it.state, dot: true });
    plant(it, there, join(outside.path, target));
    writeFileSync(join(outside.path, "file"), "mine\n");
    mkdirSync(join(outside.path, "folder"), { recursive: true });
    expect(await it.move()).toMatchObject({ code: 0 });
    expect(it.ids()).toHaveLength(2);
    expect(filesBelow(outside.path)).toEqual(["file"]);
    expect(readFileSync(join(outside.path, "file"), "utf8")).toBe("mine\n");
  }
});

test("a file sink appends to no link, to nothing outside the project, and to nothing of lane's or git's", async () => {
  using outside = makeFolder();
  writeFileSync(join(outside.path, "mine"), "mine\n");
  for (const path of [
    ...(CAN_LINK ? ["link", "folder/escaped"] : []),
    "../escaped",
    join(outside.path, "escaped"),
    "~/escaped",
    "kitty-specs/034-test-feature/status.events.jsonl",
    ".kittify/config.yaml",
    ".git/hooks/pre-commit",
  ]) {
    using it = await makeTelemetry([{ name: "f", kind: "file", path }]);
    if (CAN_LINK) {
      symlinkSync(join(outside.path, "mine"), join(it.project.root, "link"));
      symlinkSync(outside.path, join(it.project.root, "folder"));
    }
    expect(await it.move()).toMatchObject({
      code: 0,
      telemetry: "queued",
      warnings: [{ code: "TELEMETRY_FAILED" }],
    });
    expect(it.ids()).toHaveLength(1);
    expect([...filesBelow(outside.path), ...filesBelow(it.home)]).not.toContain("escaped");
    expect(filesBelow(outside.path)).toEqual(["mine"]);
    expect(readFileSync(join(outside.path, "mine"), "utf8")).toBe("mine\n");
  }
});

test("what a hostile sink answers drives no terminal, and is cut", async () => {
  using receiver = startReceiver({
    answer: () => new Response(`\u001b]0;owned\u0007${"x".repeat(5_000_000)}`, { status: 400 }),
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 5000 }]);
  await it.move();
  const { stdout } = await it.lane("sync --status");
  expect(stdout).toContain("answered 400 \\u001b]0;owned\\u0007xxx");
  expect(stdout).not.toContain("\u001b");
  expect(stdout.length).toBeLessThan(800);
});

test("settings of a project that can't be used are a warning of an emit, and a refusal of sync", async () => {
  using receiver = startReceiver();
  const hub = { name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 };
  using it = await makeTelemetry([hub]);
  await it.move();
  it.configure(hub, { name: "x", kind: "smoke" });
  const moved = await it.move();
  expect(moved).toMatchObject({
    code: 0,
    telemetry: "off",
    warnings: [
      {
        code: "TELEMETRY_FAILED",
        message: expect.stringContaining(".kittify/config.yaml: status.telemetry.sinks.1.kind"),
      },
    ],
  });
  expect(await it.lane("sync --json")).toMatchObject({
    code: 6,
    json: { error: { code: "CONFIG_INVALID" } },
  });
  expect((await it.lane("next --json")).code).not.toBe(6);
  it.configure(hub);
  expect(await it.sync()).toMatchObject({ sinks: [{ sent: 1, due: 0 }] });
  expect(receiver.ids()).toEqual(it.ids());
});

test("a user's own settings that can't be used are a warning of an emit, and a refusal of sync", async () => {
  using it = await makeTelemetry([]);
  it.configureUser({ name: "x", kind: "smoke" });
  const moved = await it.move();
  expect(moved).toMatchObject({ code: 0, telemetry: "off", warnings: [{ code: "TELEMETRY_FAILED" }] });
  expect(await it.lane("sync --json")).toMatchObject({
    code: 6,
    json: { error: { code: "CONFIG_INVALID" } },
  });
});

/** Puts a link where lane keeps state. */
function plant({ state }: TelemetryProject, place: string, target: string): void {
  const path = join(state, place);
  mkdirSync(join(path, ".."), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}

test("of a user's own address no path and no query is told, whatever the sink answers", async () => {
  const answers = ["HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "HTTP/0.9 999 x\r\n\r\n", ""];
  for (const answer of answers) {
    using server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket) => void socket.end(answer) },
    });
    using it = await makeTelemetry([]);
    const url = `http://127.0.0.1:${server.port}/s3cret?key=s3cret`;
    it.configureUser({ name: "mine", kind: "http", url, timeout_ms: 2000 });
    const { warnings } = await it.move();
    expect(warnings).toMatchObject([{ code: "TELEMETRY_FAILED" }]);
    expect(warnings[0]?.message).not.toMatch(/fetch|verbose|no answer in time/);
    const kept = filesBelow(it.state).map((name) => readFileSync(join(it.state, name), "latin1"));
    expect([warnings[0]?.message, ...kept].join("\n")).not.toContain("s3cret");
  }
});
