/** Files and programs as sinks, scope, what is lost, and many at once. */

import { expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HTTP } from "cloudevents";
import { LANE } from "../../scripts/project.ts";
import { commitAll, makeRepository, useGit } from "../support/git_user.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { filesBelow, lineAt, makeFolder, pageText, SLUG } from "../support/project.ts";
import { startReceiver } from "../support/receiver.ts";
import { makeTelemetry } from "../support/telemetry.ts";

setDefaultTimeout(60_000);

test("a file sink gets CloudEvents as JSON Lines, and a torn line of it is ended first", async () => {
  using it = await makeTelemetry([{ name: "tail", kind: "file", path: "events.jsonl" }]);
  const path = join(it.project.root, "events.jsonl");
  expect(await it.move()).toMatchObject({ telemetry: "sent", warnings: [] });
  appendFileSync(path, '{"torn');
  expect(await it.move()).toMatchObject({ telemetry: "sent" });
  const lines = readFileSync(path, "utf8").split("\n");
  expect([lines[1], lines[3]]).toEqual(['{"torn', ""]);
  const events = [lines[0], lines[2]].map((body) =>
    HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body }),
  );
  expect(events.map((event) => (event as { id: string }).id)).toEqual(it.ids());
});

test("a command of the user's gets each event on stdin, one run each; a failure is tried again", async () => {
  using it = await makeTelemetry([]);
  const got = join(it.home, "got");
  const fails = join(it.home, "fails");
  const script = `test ! -e "$0" && cat >> "$1"`;
  it.configureUser({ name: "mine", kind: "command", run: ["/bin/sh", "-c", script, fails, got] });
  expect(await it.move()).toMatchObject({ telemetry: "sent", warnings: [] });
  writeFileSync(fails, "");
  const failed = await it.move();
  expect(failed).toMatchObject({ code: 0, telemetry: "queued", warnings: [{ code: "TELEMETRY_FAILED" }] });
  expect(failed.warnings[0]?.message).toContain("ended with exit code 1");
  rmSync(fails);
  expect((await it.sync()).sinks[0]).toMatchObject({ standing: "own", from: "user", sent: 1, due: 0 });
  const ids = readFileSync(got, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids).toEqual(it.ids());
});

test.skipIf(process.platform !== "linux")(
  "a command that does not end is ended with all that it started",
  async () => {
    using it = await makeTelemetry([]);
    const started = join(it.home, "started");
    const script = `echo $$ > "$0"; sleep 60 & wait`;
    it.configureUser({
      name: "mine",
      kind: "command",
      timeout_ms: 1500,
      run: ["/bin/sh", "-c", script, started],
    });
    const moved = await it.move();
    expect(moved).toMatchObject({ code: 0, telemetry: "queued" });
    expect(moved.warnings[0]?.message).toContain("no answer in time");
    const group = readFileSync(started, "utf8").trim();
    expect(group).toMatch(/^\d+$/);
    expect(runningInGroup(group)).toEqual([]);
  },
);

test("a command named by a relative path is not looked for in the folder that lane is started in", async () => {
  using it = await makeTelemetry([]);
  const marker = join(it.project.root, "marker");
  writeFileSync(join(it.project.root, "evil"), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  for (const program of ["./evil", "evil"]) {
    it.configureUser({ name: "mine", kind: "command", run: [program] });
    const { code, telemetry } = await it.move({ PATH: `.:${process.env.PATH}` });
    expect({ code, telemetry }).toEqual({ code: 0, telemetry: "queued" });
    await it.sync("", { PATH: `.:${process.env.PATH}` });
  }
  expect(existsSync(marker)).toBe(false);
});

test("scope local leaves out what others wrote, scope all does not", async () => {
  using receiver = startReceiver();
  using everything = startReceiver();
  using it = await makeTelemetry([
    { name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 },
    { name: "all", kind: "http", url: everything.url, timeout_ms: 2000, scope: "all" },
  ]);
  await it.move();
  // As a merge brings it.
  appendFileSync(it.project.log_path, lineAt(1, { wp_id: "WP02" }));
  await it.move();
  const [first, others, second] = it.ids();
  expect(receiver.ids()).toEqual([first ?? "", second ?? ""]);
  expect([...everything.ids()].sort()).toEqual([first ?? "", others ?? "", second ?? ""].sort());
});

test("what is written while no sink is configured is told when there is one again", async () => {
  using receiver = startReceiver();
  const hub = { name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 };
  using it = await makeTelemetry([hub]);
  expect(await it.move()).toMatchObject({ telemetry: "sent" });
  // As a checkout of an older commit does.
  it.configure();
  expect(await it.move()).toMatchObject({ telemetry: "off", warnings: [] });
  appendFileSync(it.project.log_path, lineAt(1, { wp_id: "WP02" }));
  it.configure(hub);
  expect(await it.sync("--status")).toMatchObject({ sinks: [{ delivered: 1, due: 1 }] });
  expect(await it.sync()).toMatchObject({ sinks: [{ sent: 1, due: 0 }] });
  expect(receiver.ids()).toEqual(it.ids().slice(0, 2));
});

test("what lane migrate writes is told, also where there were notes before", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  writeFileSync(it.project.log_path, "");
  const pages = join(it.project.root, "kitty-specs", SLUG, "tasks");
  mkdirSync(pages, { recursive: true });
  writeFileSync(join(pages, "WP02.md"), pageText("done"));
  expect(await it.lane("migrate --apply --json")).toMatchObject({ code: 0 });
  expect(it.ids()).toHaveLength(2);
  await it.sync();
  expect(receiver.ids().slice(1)).toEqual(it.ids());
});

test("notes of what was written here that can't be written go: it is told once too often, not never", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  const written = join(it.state, "kitty-specs", "034-test-feature.telemetry", "written");
  rmSync(written);
  symlinkSync("nowhere", written);
  expect(await it.move()).toMatchObject({ telemetry: "sent", warnings: [] });
  expect(receiver.ids()).toEqual(it.ids());
});

test("a sink that leads elsewhere now is told everything, and one that only waits longer nothing again", async () => {
  using receiver = startReceiver();
  const hub = { name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 };
  using it = await makeTelemetry([hub]);
  await it.move();
  it.configure({ ...hub, timeout_ms: 3000 });
  await it.lane("sync --trust hub");
  expect(await it.sync()).toMatchObject({ sinks: [{ delivered: 1, sent: 0, due: 0 }] });
  it.configure({ ...hub, url: `${receiver.url}/elsewhere` });
  await it.lane("sync --trust hub");
  expect(await it.sync()).toMatchObject({ sinks: [{ delivered: 1, sent: 1, due: 0 }] });
});

test("what a feature's last emit left behind goes with the next emit of another feature", async () => {
  let is_down = true;
  using receiver = startReceiver({ answer: () => new Response(null, { status: is_down ? 503 : 200 }) });
  const other = { name: "other", kind: "http", url: receiver.url, timeout_ms: 2000, lanes: ["done"] };
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }, other]);
  mkdirSync(join(it.project.root, "kitty-specs", "035-other"));
  expect(await it.move({ LANE_FEATURE: SLUG })).toMatchObject({ telemetry: "queued" });
  is_down = false;
  rmSync(join(it.state, ".telemetry", "memory.json"));
  const elsewhere = "emit 1 --to claimed --actor ana --feature 035-other --json";
  expect((await it.lane(elsewhere)).json).toMatchObject({ data: { telemetry: "sent" } });
  expect(receiver.accepted.map(({ subject }) => subject)).toEqual([
    "035-other/WP01",
    "034-test-feature/WP01",
  ]);
  expect(filesBelow(join(it.state, ".telemetry", "behind"))).toEqual([]);
});

test("an event of another clone, asked for again by its key, is not queued: nobody is to hear of it from here", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  appendFileSync(it.project.log_path, lineAt(1, { wp_id: "WP02", idempotency_key: "theirs" }));
  const again = await it.lane("emit 2 --to claimed --actor claude --idempotency-key theirs --json");
  expect(again.json).toMatchObject({ ok: true, data: { replayed: true, telemetry: "off" } });
  expect(receiver.accepted).toHaveLength(1);
});

test("a command that reads nothing of a long event is no trouble", async () => {
  using it = await makeTelemetry([]);
  it.configureUser({ name: "mine", kind: "command", timeout_ms: 5000, run: ["/bin/sh", "-c", "exec true"] });
  const { json } = await it.lane(["emit", "1", "--to", "claimed", "--actor", "x".repeat(120_000), "--json"]);
  expect(json).toMatchObject({ ok: true, data: { telemetry: "sent" }, warnings: [] });
});

test("a batch goes out whole and in order", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  const lines = Array.from({ length: 250 }, (_, i) =>
    JSON.stringify({ wp_id: "WP01", to_lane: i % 2 ? "claimed" : "planned", force: true, reason: "test" }),
  );
  writeFileSync(join(it.project.root, "batch.jsonl"), lines.join("\n"));
  const { json } = await it.lane("emit --batch batch.jsonl --actor claude --json");
  const { results } = (json as { data: { results: readonly { telemetry: string }[] } }).data;
  expect(results.map(({ telemetry }) => telemetry)).toEqual(lines.map(() => "sent"));
  expect(receiver.accepted.map(({ id }) => id)).toEqual(it.ids());
  expect(receiver.requests.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
});

test("a fresh clone tells nothing of what was there before it", async () => {
  using receiver = startReceiver();
  using home = makeFolder();
  const repository = makeRepository();
  using _ = repository;
  const folder = join(repository.root, "kitty-specs", "034-x");
  const env = { ...cleanEnvironment(), HOME: home.path };
  const run = (cwd: string, words: string) =>
    Bun.spawn([LANE, ...words.split(" ")], { cwd, env, stdout: "ignore", stderr: "ignore" }).exited;
  await run(repository.root, "new 034-x");
  writeFileSync(
    join(folder, "status.events.jsonl"),
    lineAt(1, { feature_slug: "034-x", at: "2020-01-01T00:00:00.000000+00:00" }),
  );
  const sink = { name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 };
  mkdirSync(join(repository.root, ".kittify"));
  writeFileSync(
    join(repository.root, ".kittify", "config.yaml"),
    JSON.stringify({ status: { telemetry: { sinks: [sink] } } }),
  );
  commitAll(repository.root);
  const clone = repository.beside("clone");
  useGit(repository.root, "clone", "--quiet", repository.root, clone);
  await run(clone, "sync --trust hub");
  expect(await run(clone, "emit 1 --to in_progress --actor ana")).toBe(0);
  expect(receiver.accepted.map(({ data }) => data?.to_lane)).toEqual(["in_progress"]);
});

test("lost state costs repeated events, and none", async () => {
  let is_down = false;
  using receiver = startReceiver({ answer: () => new Response(null, { status: is_down ? 503 : 200 }) });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  is_down = true;
  await it.move();
  rmSync(join(it.project.root, ".lanekeeper"), { recursive: true });
  is_down = false;
  expect(await it.move()).toMatchObject({ telemetry: "sent" });
  expect(receiver.ids()).toEqual(it.ids());
  expect(receiver.accepted).toHaveLength(4);
});

test("broken state is no state: everything is told again, and no emit fails", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  writeFileSync(join(it.state, ".telemetry", "memory.json"), "\u0000{");
  const [receipts = ""] = new Bun.Glob("*/*.telemetry/hub.*.receipts").scanSync(it.state);
  writeFileSync(join(it.state, receipts), '\u0000{"parked": 1}\n[]\n7');
  expect(await it.move()).toMatchObject({ code: 0, telemetry: "sent", warnings: [] });
  expect(receiver.ids()).toEqual(it.ids());
});

test("twenty emits and syncs at once deliver each event once", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 20_000 }]);
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 4 === 3 ? it.sync() : it.move())));
  await it.sync();
  expect(receiver.accepted.map(({ id }) => id)).toEqual(it.ids());
  expect(it.ids()).toHaveLength(15);
});

test("a sync beside one that delivers says so, and sends nothing", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let come = () => {};
  const came = new Promise<void>((resolve) => {
    come = resolve;
  });
  using receiver = startReceiver({
    answer: async (count) => {
      if (count === 1) return new Response(null, { status: 503 });
      come();
      await held;
      return new Response(null, { status: 200 });
    },
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  await it.move();
  const first = it.sync();
  await came;
  const second = await it.lane("sync");
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(second.stdout).toStartWith("Another process delivers now");
  release();
  expect((await first).sinks[0]).toMatchObject({ sent: 1, due: 0 });
  expect(receiver.requests).toHaveLength(2);
});

/** The processes of a group that still run; those that are dead and not yet taken note of do not. */
function runningInGroup(group: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, , its_group] =
          readFileSync(join("/proc", pid, "stat"), "utf8")
            .split(") ")[1]
            ?.split(" ") ?? [];
        return its_group === group && state !== "Z" && state !== "X";
      } catch {
        return false;
      }
    });
}
