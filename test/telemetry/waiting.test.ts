/** What an emit waits for: its time is shared out, and nobody is blamed for what others took of it. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Feature, openFeature } from "../../src/project/feature.ts";
import { findProject } from "../../src/project/project.ts";
import { markBehind, slugsBehind, unmarkBehind } from "../../src/telemetry/behind.ts";
import type { KnownSink } from "../../src/telemetry/sinks.ts";
import { answerOf, filesBelow, lineAt, makeProject, SLUG } from "../support/project.ts";
import { startReceiver } from "../support/receiver.ts";
import { makeTelemetry } from "../support/telemetry.ts";

setDefaultTimeout(60_000);

const OTHER = "035-other";

const emitIn = (feature: string) => `emit 1 --to claimed --actor ana --feature ${feature} --json`;

interface MoveSaid {
  readonly data: { readonly telemetry: string };
  readonly warnings: readonly { readonly code: string }[];
}

test("a sink that had only what another emit left of the time is not said to have failed", async () => {
  using receiver = startReceiver({
    answer: async () => {
      await Bun.sleep(700);
      return new Response(null, { status: 200 });
    },
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 1000 }]);
  mkdirSync(join(it.project.root, "kitty-specs", OTHER));
  const answers = await Promise.all([it.lane(emitIn(SLUG)), it.lane(emitIn(OTHER))]);
  const said = answers.map(({ json }) => json as MoveSaid);
  expect(said.map(({ data }) => data.telemetry).sort()).toEqual(["queued", "sent"]);
  const codes = said.flatMap(({ warnings }) => warnings.map(({ code }) => code));
  expect(codes).not.toContain("TELEMETRY_FAILED");
  expect((await it.sync("--status")).sinks).toMatchObject([{ due: 1, last_error: null, next_try: null }]);
});

test("a sink that had only what another feature left of the time is not said to have failed", async () => {
  let is_down = true;
  using receiver = startReceiver({
    answer: async () => {
      if (!is_down) await Bun.sleep(700);
      return new Response(null, { status: is_down ? 503 : 200 });
    },
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 1000 }]);
  mkdirSync(join(it.project.root, "kitty-specs", OTHER));
  await it.lane(emitIn(OTHER));
  is_down = false;
  rmSync(join(it.state, ".telemetry", "memory.json"));
  const { json } = await it.lane(emitIn(SLUG));
  expect(json).toMatchObject({ data: { telemetry: "sent" }, warnings: [] });
  expect((await it.sync("--status")).sinks).toMatchObject([{ due: 1, last_error: null, next_try: null }]);
});

test("reading a long log takes nothing of a sink's time", async () => {
  using it = await makeTelemetry([{ name: "tail", kind: "file", path: "tail.jsonl", timeout_ms: 40 }]);
  const lines = Array.from({ length: 20_000 }, (_, i) => lineAt(i + 1, { wp_id: `WP${10 + (i % 90)}` }));
  writeFileSync(it.project.log_path, lines.join(""));
  // What was there before the notes began is due, too.
  await it.sync();
  expect(await it.move()).toMatchObject({ telemetry: "sent", warnings: [] });
});

test("an answer by its status stands, though its text has no end", async () => {
  const text = () =>
    new ReadableStream({
      pull: async (controller) => {
        await Bun.sleep(20);
        controller.enqueue(new Uint8Array([120]));
      },
    });
  using receiver = startReceiver({
    answer: (count) => new Response(text(), { status: count === 1 ? 400 : 503 }),
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url }]);
  const { event_id } = await it.move();
  const { warnings } = await it.move();
  expect((await it.sync("--status")).sinks).toMatchObject([
    { due: 1, parked: [{ event_id, answer: "answered 400" }], last_error: "answered 503" },
  ]);
  expect(warnings[0]?.message).toContain("answered 503;");
});

test("another feature's log that can't be read is no matter of an emit", async () => {
  using receiver = startReceiver({
    answer: (count) => new Response(null, { status: count === 1 ? 503 : 200 }),
  });
  using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
  mkdirSync(join(it.project.root, "kitty-specs", OTHER));
  await it.lane(emitIn(OTHER));
  rmSync(join(it.state, ".telemetry", "memory.json"));
  const log = join(it.project.root, "kitty-specs", OTHER, "status.events.jsonl");
  rmSync(log);
  mkdirSync(log);
  const { json } = await it.lane(emitIn(SLUG));
  expect(json).toMatchObject({ data: { telemetry: "sent" }, warnings: [] });
  // It is asked for again when it can be read.
  expect(filesBelow(join(it.state, ".telemetry", "behind"))).toHaveLength(1);
});

test("a feature is behind for the sinks that have not heard of it, and for no other", async () => {
  using project = makeProject();
  const feature = await featureOf(project.root);
  const [hub, tail] = [sinkOf("hub.1"), sinkOf("own.tail.2")];
  markBehind(feature, [tail]);
  expect([...slugsBehind(feature.project, [hub])]).toEqual([]);
  expect([...slugsBehind(feature.project, [hub, tail])]).toEqual([SLUG]);
  markBehind(feature, [hub]);
  unmarkBehind(feature, [tail]);
  expect([...slugsBehind(feature.project, [tail])]).toEqual([]);
  expect([...slugsBehind(feature.project, [hub])]).toEqual([SLUG]);
});

test("a mark that a crash left empty or torn is made again", async () => {
  using project = makeProject();
  const feature = await featureOf(project.root);
  const hub = sinkOf("hub.1");
  markBehind(feature, [hub]);
  const folder = join(project.root, ".lanekeeper", ".telemetry", "behind");
  const [name = ""] = readdirSync(folder);
  for (const left of ["", SLUG.slice(0, 5)]) {
    writeFileSync(join(folder, name), left);
    markBehind(feature, [hub]);
    expect([...slugsBehind(feature.project, [hub])]).toContain(SLUG);
  }
  expect(readdirSync(folder)).toEqual([name]);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "receipts that can't be written are a failure with a back-off: not every emit sends it all again",
  async () => {
    using receiver = startReceiver();
    using it = await makeTelemetry([{ name: "hub", kind: "http", url: receiver.url, timeout_ms: 2000 }]);
    expect(await it.move()).toMatchObject({ telemetry: "sent" });
    const folder = join(it.state, "kitty-specs", `${SLUG}.telemetry`);
    const receipts = readdirSync(folder).find((name) => name.endsWith(".receipts")) ?? "none";
    chmodSync(join(folder, receipts), 0o400);
    expect((await it.move()).warnings).toMatchObject([{ code: "TELEMETRY_FAILED" }]);
    const asked = receiver.requests.length;
    expect(await it.move()).toMatchObject({ telemetry: "queued", warnings: [] });
    expect(receiver.requests).toHaveLength(asked);
  },
);

async function featureOf(root: string): Promise<Feature> {
  const project = await findProject({ cwd: root, root: undefined, here: undefined });
  return answerOf(openFeature(answerOf(project), SLUG));
}

function sinkOf(key: string): KnownSink {
  const sink = { name: "hub", kind: "file", path: "f" } as const;
  return { sink, key, memory_key: key, definition: "", standing: "own" };
}
