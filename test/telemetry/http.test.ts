/** Sinks behind HTTP, against a real server: everything arrives, in order, whatever the server does. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { filesBelow } from "../support/project.ts";
import { type Got, type Receiver, startReceiver } from "../support/receiver.ts";
import { makeTelemetry, type SinkSettings } from "../support/telemetry.ts";

setDefaultTimeout(60_000);

/** As it stands in a header's settings. */
const TOKEN_NAME = "$" + "{HUB_TOKEN}";

const hub = ({ url }: Pick<Receiver, "url">, more: SinkSettings = {}): SinkSettings => ({
  name: "hub",
  kind: "http",
  url,
  timeout_ms: 2000,
  ...more,
});

test("emit delivers each event once, in order, as a CloudEvent that the official SDK takes", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([hub(receiver)]);
  for (let i = 0; i < 3; i++) {
    expect(await it.move()).toMatchObject({ code: 0, telemetry: "sent", warnings: [] });
  }
  expect(receiver.accepted.map(({ id }) => id)).toEqual(it.ids());
  const [event] = receiver.accepted;
  expect(event).toMatchObject({
    specversion: "1.0",
    type: "dev.lanekeeper.status.transitioned.v1",
    subject: "034-test-feature/WP01",
    datacontenttype: "application/json",
    data: it.project.events()[0] ?? {},
  });
  expect(event?.source).toMatch(/^lanekeeper:lanekeeper-test-\w+$/);
  expect(Date.parse(event?.time ?? "")).toBe(Date.parse(it.project.events()[0]?.at ?? ""));
});

test("emit sends one event in structured mode, and several as a batch", async () => {
  using receiver = startReceiver({
    answer: (count) => new Response(null, { status: count === 1 ? 503 : 200 }),
  });
  using it = await makeTelemetry([hub(receiver)]);
  await it.move();
  await it.move();
  await it.sync();
  expect(receiver.requests.map(({ headers, ids }) => [headers.get("content-type"), ids])).toEqual([
    ["application/cloudevents+json", it.ids().slice(0, 1)],
    ["application/cloudevents-batch+json", it.ids()],
  ]);
});

test("a server that is down during 50 emits gets all of them afterwards, and no emit fails", async () => {
  const down = startReceiver();
  const port = Number(new URL(down.url).port);
  using it = await makeTelemetry([hub(down)]);
  down[Symbol.dispose]();
  for (let i = 0; i < 50; i++) expect(await it.move()).toMatchObject({ code: 0, telemetry: "queued" });
  const status = await it.sync("--status");
  expect(status.sinks[0]).toMatchObject({ due: 50, delivered: 0, parked: [] });
  expect(status.sinks[0]?.last_error).toBeString();
  using up = startReceiver({ port });
  const synced = await it.sync();
  expect(synced.sinks[0]).toMatchObject({
    sent: 50,
    due: 0,
    delivered: 50,
    last_error: null,
    next_try: null,
  });
  expect(up.accepted.map(({ id }) => id)).toEqual(it.ids());
});

test("an emit warns of a server that is down once, then leaves it alone until the back-off is over", async () => {
  using receiver = startReceiver({ answer: () => new Response("busy", { status: 503 }) });
  using it = await makeTelemetry([hub(receiver)]);
  const first = await it.move();
  expect(first).toMatchObject({ code: 0, telemetry: "queued", warnings: [{ code: "TELEMETRY_FAILED" }] });
  expect(first.warnings[0]?.message).toContain("answered 503 busy");
  await it.sync();
  await it.sync();
  await it.sync();
  const asked = receiver.requests.length;
  // Four failures in a row: 8 s.
  expect(await it.move()).toMatchObject({ code: 0, telemetry: "queued", warnings: [] });
  expect(receiver.requests).toHaveLength(asked);
});

test("a server that hangs costs an emit no more than timeout_ms, and gets the event afterwards", async () => {
  const held: (() => void)[] = [];
  let is_hanging = true;
  using receiver = startReceiver({
    answer: async () => {
      if (is_hanging) await new Promise<void>((resolve) => held.push(resolve));
      return new Response(null, { status: is_hanging ? 500 : 200 });
    },
  });
  using it = await makeTelemetry([hub(receiver, { timeout_ms: 200 })]);
  const hung = await it.move();
  expect(hung).toMatchObject({ code: 0, telemetry: "queued", warnings: [{ code: "TELEMETRY_FAILED" }] });
  expect(hung.warnings[0]?.message).toContain("no answer in time");
  for (const release of held) release();
  is_hanging = false;
  expect((await it.sync()).sinks[0]).toMatchObject({ due: 0, delivered: 1 });
  expect(receiver.ids()).toEqual(it.ids());
});

test("sync waits for a server that answers too slowly for an emit", async () => {
  using receiver = startReceiver({
    answer: async () => {
      await Bun.sleep(400);
      return new Response(null, { status: 200 });
    },
  });
  using it = await makeTelemetry([hub(receiver, { timeout_ms: 50 })]);
  expect(await it.move()).toMatchObject({ code: 0, telemetry: "queued" });
  expect((await it.sync()).sinks[0]).toMatchObject({ sent: 1, due: 0 });
  expect(receiver.ids()).toEqual(it.ids());
});

test("a connection that is reset half-way through an answer is tried again", async () => {
  let is_resetting = true;
  const got: string[] = [];
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, data) => {
        got.push(data.toString());
        if (!is_resetting) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        else {
          socket.write("HTTP/1.1 20");
          socket.terminate();
        }
      },
    },
  });
  using it = await makeTelemetry([hub({ url: `http://127.0.0.1:${server.port}/` })]);
  expect(await it.move()).toMatchObject({
    code: 0,
    telemetry: "queued",
    warnings: [{ code: "TELEMETRY_FAILED" }],
  });
  is_resetting = false;
  expect((await it.sync()).sinks[0]).toMatchObject({ sent: 1, due: 0, last_error: null });
  expect(got.at(-1)).toContain(it.ids()[0] ?? "no id");
  server.stop(true);
});

test("500 ten times, then 200: everything arrives, in order", async () => {
  using receiver = startReceiver({
    answer: (count) => new Response(null, { status: count <= 10 ? 500 : 200 }),
  });
  using it = await makeTelemetry([hub(receiver)]);
  await it.move();
  await it.move();
  for (let i = 0; i < 12; i++) await it.sync();
  expect(receiver.accepted.map(({ id }) => id)).toEqual(it.ids());
  expect((await it.sync("--status")).sinks[0]).toMatchObject({ due: 0, delivered: 2, parked: [] });
});

test("429 with Retry-After: emits leave the server alone for as long as it asks, sync does not", async () => {
  using receiver = startReceiver({
    answer: (count) =>
      new Response(null, { status: count === 1 ? 429 : 200, headers: { "retry-after": "600" } }),
  });
  using it = await makeTelemetry([hub(receiver)]);
  await it.move();
  const { next_try } = (await it.sync("--status")).sinks[0] ?? {};
  expect(Date.parse(next_try ?? "") - Date.now()).toBeWithin(500_000, 601_000);
  expect(await it.move()).toMatchObject({ telemetry: "queued", warnings: [] });
  expect(receiver.requests).toHaveLength(1);
  expect((await it.sync()).sinks[0]).toMatchObject({ sent: 2, due: 0, parked: [] });
});

test("400 parks the event with its answer; others go on, and --retry-parked tries it again", async () => {
  let refused: string | undefined;
  const answer = (_: number, { ids }: Got) => {
    refused ??= ids[0];
    const is_bad = refused !== "none" && ids.includes(refused ?? "");
    return is_bad
      ? new Response("no such lane\u001b[2J", { status: 400 })
      : new Response(null, { status: 204 });
  };
  using receiver = startReceiver({ answer });
  using it = await makeTelemetry([hub(receiver)]);
  expect(await it.move()).toMatchObject({
    code: 0,
    telemetry: "queued",
    warnings: [{ code: "TELEMETRY_FAILED" }],
  });
  expect(await it.move()).toMatchObject({ code: 0, telemetry: "sent", warnings: [] });
  const [first = "", second = ""] = it.ids();
  expect((await it.sync()).sinks[0]).toMatchObject({
    due: 0,
    parked: [{ event_id: first, answer: "answered 400 no such lane\\u001b[2J" }],
  });
  expect(receiver.ids()).toEqual([second]);
  expect(receiver.requests).toHaveLength(2);
  refused = "none";
  expect((await it.sync("--retry-parked")).sinks[0]).toMatchObject({ sent: 1, due: 0, parked: [] });
  expect(receiver.ids()).toEqual([second, first]);
});

test("a batch with one bad event parks that one alone, and the others arrive in order", async () => {
  let is_down = true;
  let bad = "";
  using receiver = startReceiver({
    answer: (_, { ids }) => new Response("bad", { status: is_down ? 503 : ids.includes(bad) ? 422 : 200 }),
  });
  using it = await makeTelemetry([hub(receiver)]);
  for (let i = 0; i < 5; i++) await it.move();
  is_down = false;
  bad = it.ids()[2] ?? "";
  expect((await it.sync()).sinks[0]).toMatchObject({ sent: 4, due: 0, parked: [{ event_id: bad }] });
  expect(receiver.ids()).toEqual(it.ids().filter((id) => id !== bad));
});

test("a redirect to another host is not followed", async () => {
  using other = startReceiver();
  using receiver = startReceiver({ answer: () => Response.redirect(other.url, 307) });
  using it = await makeTelemetry([hub(receiver)]);
  const moved = await it.move();
  expect(moved).toMatchObject({ code: 0, telemetry: "queued" });
  expect(moved.warnings[0]?.message).toContain("redirects are not followed");
  await it.sync();
  expect(other.requests).toEqual([]);
});

test("a certificate that nobody vouches for is refused, also where the environment would take it", async () => {
  const folder = join(ROOT, "test", "fixtures", "tls");
  const cert_path = join(folder, "localhost.crt");
  const tls = {
    cert: readFileSync(cert_path, "utf8"),
    key: readFileSync(join(folder, "localhost.key"), "utf8"),
  };
  using receiver = startReceiver({ tls });
  using it = await makeTelemetry([hub(receiver)]);
  const moved = await it.move({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
  expect(moved).toMatchObject({ code: 0, telemetry: "queued", warnings: [{ code: "TELEMETRY_FAILED" }] });
  expect(receiver.requests).toEqual([]);
  // The same server, vouched for: it was the certificate.
  expect((await it.sync("", { NODE_EXTRA_CA_CERTS: cert_path })).sinks[0]).toMatchObject({ sent: 1, due: 0 });
});

test("what an environment variable holds is sent, and stands in no file and in no answer", async () => {
  const secret = 's3cret/+ "quoted"';
  using receiver = startReceiver({
    answer: (count, { headers }) =>
      new Response(`you said ${headers.get("authorization")}`, { status: count === 1 ? 500 : 400 }),
  });
  using it = await makeTelemetry([hub(receiver, { headers: { authorization: `Bearer ${TOKEN_NAME}` } })]);
  const env = { HUB_TOKEN: secret };
  const moved = await it.move(env);
  const synced = await it.sync("", env);
  expect(receiver.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
    `Bearer ${secret}`,
    `Bearer ${secret}`,
  ]);
  expect(moved.warnings[0]?.message).toContain(`you said Bearer ${TOKEN_NAME}`);
  expect(synced.sinks[0]?.parked[0]?.answer).toBe(`answered 400 you said Bearer ${TOKEN_NAME}`);
  const files = [it.project.root, it.home].flatMap((root) =>
    filesBelow(root).map((name) => join(root, name)),
  );
  const kept = files.map((path) => readFileSync(path, "latin1")).join("\n");
  expect(`${kept}${JSON.stringify([moved, synced])}`).not.toContain("s3cret");
});

test("an answer that HTTP forbids is told without the address, whose query may hold a secret", async () => {
  const endless = `HTTP/1.1 200 OK\r\n${`x-a: ${"y".repeat(8000)}\r\n`.repeat(200)}`;
  for (const answer of [endless, "HTTP/1.1 204 N", "no HTTP\r\n\r\n"]) {
    using server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => {
          socket.write(answer);
          socket.end();
        },
      },
    });
    const url = `http://127.0.0.1:${server.port}/x?token=s3cret`;
    using it = await makeTelemetry([{ name: "hub", kind: "http", url, timeout_ms: 5000 }]);
    const moved = await it.move();
    expect(moved).toMatchObject({ telemetry: "queued", warnings: [{ code: "TELEMETRY_FAILED" }] });
    const [{ last_error } = { last_error: null }] = (await it.sync("--status")).sinks;
    for (const said of [moved.warnings[0]?.message, last_error]) expect(said).not.toMatch(/s3cret|verbose/);
  }
});

test("without its environment variable a sink is told nothing, and the event waits", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([hub(receiver, { headers: { "x-key": TOKEN_NAME } })]);
  const moved = await it.move();
  expect(moved).toMatchObject({ code: 0, telemetry: "queued" });
  expect(moved.warnings[0]?.message).toContain("the environment variable HUB_TOKEN is not set");
  const broken = await it.sync("", { HUB_TOKEN: "a\nb: s3cret" });
  expect(broken.sinks[0]?.last_error).toBe("the environment variable HUB_TOKEN holds what no header can");
  expect(receiver.requests).toEqual([]);
  expect((await it.sync("", { HUB_TOKEN: "k" })).sinks[0]).toMatchObject({ sent: 1 });
});

test("lanes and features let through what they name, and emit says off for the rest", async () => {
  using receiver = startReceiver();
  using it = await makeTelemetry([
    hub(receiver, { lanes: ["in_progress"] }),
    { ...hub(receiver), name: "other", features: ["035-other"] },
  ]);
  expect(await it.move()).toMatchObject({ telemetry: "off" });
  expect(await it.move()).toMatchObject({ telemetry: "sent" });
  expect(receiver.ids()).toEqual(it.ids().slice(1));
});
