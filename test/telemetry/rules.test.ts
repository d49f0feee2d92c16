/** The rules of telemetry that need no server: pauses, secrets, and how sinks are told apart. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkTelemetry, type Sink } from "../../src/project/sinks.ts";
import { pausedUntil, type Trouble, troubleAfter } from "../../src/telemetry/memory.ts";
import { fillIn } from "../../src/telemetry/secrets.ts";
import { targetOf } from "../../src/telemetry/sinks.ts";
import { definitionOf } from "../../src/telemetry/trust.ts";

const SECOND_US = 1_000_000;

test("troubleAfter() waits 1 s, doubling to 5 min", () => {
  let trouble: Trouble | undefined;
  const pauses = Array.from({ length: 12 }, () => {
    trouble = troubleAfter(trouble, "down", 0);
    return trouble.next_try_us / SECOND_US;
  });
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
});

test("troubleAfter() waits as long as the sink asks for, but never more than an hour", () => {
  const after = (wish_s: number) =>
    troubleAfter(undefined, "busy", 0, wish_s * SECOND_US).next_try_us / SECOND_US;
  expect([0, 0.5, 30, 3600, 1e9].map(after)).toEqual([1, 1, 30, 3600, 3600]);
});

test("pausedUntil() lasts until the next try, and not when the clock was set back", () => {
  const trouble = troubleAfter(undefined, "down", 10 * SECOND_US);
  const until = (now_s: number) => pausedUntil(trouble, now_s * SECOND_US);
  const end = 11 * SECOND_US;
  expect([9, 10, 10.9, 11, 12].map(until)).toEqual([undefined, end, end, undefined, undefined]);
  expect(pausedUntil(undefined, 0)).toBeUndefined();
});

test("pausedUntil() never lasts more than an hour, whatever stands in the file", () => {
  const trouble = { failures: 1, next_try_us: 1e300, error: "x", at_us: 0 };
  expect(pausedUntil(trouble, 1)).toBe(3600 * SECOND_US);
  expect(pausedUntil(trouble, 3601 * SECOND_US)).toBeUndefined();
});

describe("fillIn()", () => {
  const named = (name: string) => `\${${name}}`;

  test("puts variables into headers, several and amid other text", () => {
    const filled = fillIn({ a: `x ${named("A")}-${named("B")}`, b: "$A" }, { A: "1", B: "2" });
    expect(filled).toMatchObject({ ok: true, value: { headers: { a: "x 1-2", b: "$A" } } });
  });

  test("a value is not read for variables itself", () => {
    const filled = fillIn({ a: named("A") }, { A: named("B"), B: "2" });
    expect(filled).toMatchObject({ value: { headers: { a: named("B") } } });
  });

  test("names a variable that is missing, blank, or no header, and never what it holds", () => {
    const problems = [undefined, "", "s3\ncret", "s3crét"].map((A) => fillIn({ a: named("A") }, { A }));
    expect(problems).toEqual([
      { ok: false, problem: "the environment variable A is not set" },
      { ok: false, problem: "the environment variable A is not set" },
      { ok: false, problem: "the environment variable A holds what no header can" },
      { ok: false, problem: "the environment variable A holds what no header can" },
    ]);
  });

  test("what is redacted holds no secret, however it is spelled", () => {
    const secrets = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((n) => String.fromCharCode(n)),
      minLength: 6,
    });
    fc.assert(
      fc.property(secrets, fc.string(), (secret, around) => {
        const filled = fillIn({ a: named("TOKEN") }, { TOKEN: secret });
        if (!filled.ok) throw new Error(filled.problem);
        const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret), btoa(secret)];
        const told = filled.value.redact(spellings.map((one) => `${around} ${one} `).join(""));
        fc.pre(!`${around} ${named("TOKEN")}`.includes(secret));
        expect(told.includes(secret)).toBe(false);
      }),
    );
  });
});

describe("checkTelemetry()", () => {
  const sound = { name: "hub", kind: "http", url: "https://hub.example.org/events" };
  const check = (sink: unknown) => checkTelemetry({ sinks: [sink] });

  test("takes each kind of sink", () => {
    for (const sink of [
      sound,
      {
        ...sound,
        url: "http://[::1]:8080/?a=b",
        headers: { authorization: "x" },
        scope: "all",
        timeout_ms: 1,
      },
      { name: "f", kind: "file", path: "a/b.jsonl", lanes: ["done"], features: ["034-x"] },
      { name: "c", kind: "command", run: ["true"] },
    ]) {
      expect(check(sink)).toMatchObject({ ok: true });
    }
  });

  test("refuses what can't be meant, and names the place", () => {
    const problems = [
      { ...sound, url: "https://user:pass@hub.example.org/" },
      { ...sound, url: "file:///etc/passwd" },
      { ...sound, headers: { "Content-Length": "5" } },
      { ...sound, headers: { host: "other" } },
      { ...sound, headers: { a: "b\nc: d" } },
      { ...sound, timeout_ms: 0 },
      { ...sound, lane: ["done"] },
      { ...sound, name: "../x" },
      { name: "c", kind: "command", run: [] },
      { name: "s", kind: "smoke" },
    ].map((sink) => {
      const checked = check(sink);
      return checked.ok ? "sound" : checked.problem.split(":")[0];
    });
    expect(problems).toEqual([
      "status.telemetry.sinks.0.url",
      "status.telemetry.sinks.0.url",
      "status.telemetry.sinks.0.headers.Content-Length",
      "status.telemetry.sinks.0.headers.host",
      "status.telemetry.sinks.0.headers.a",
      "status.telemetry.sinks.0.timeout_ms",
      "status.telemetry.sinks.0.lane",
      "status.telemetry.sinks.0.name",
      "status.telemetry.sinks.0.run",
      "status.telemetry.sinks.0.kind",
    ]);
  });

  test("refuses headers that say how a message is sent, in whatever case", () => {
    for (const name of [
      "Content-Type",
      "HOST",
      "cOnnection",
      "Transfer-Encoding",
      "Upgrade",
      "Te",
      "Expect",
    ]) {
      for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
        expect(check({ ...sound, headers: { [spelling]: "x" } })).toMatchObject({ ok: false });
      }
    }
    for (const name of ["Authorization", "X-HOST", "te-x", "contents", "HOSTS"]) {
      expect(check({ ...sound, headers: { [name]: "x" } })).toMatchObject({ ok: true });
    }
  });

  test("refuses more sinks than anybody has, and says it once", () => {
    const many = (count: number) =>
      checkTelemetry({ sinks: Array.from({ length: count }, (_, i) => ({ ...sound, name: `s${i}` })) });
    expect(many(100)).toMatchObject({ ok: true });
    expect(many(101)).toEqual({
      ok: false,
      problem: "status.telemetry.sinks: expected at most 100 sinks",
    });
  });

  test("tells only the first of very many problems, and the beginning of a long one", () => {
    const sinks = Array.from({ length: 200 }, (_, i) => ({ ...sound, ["x".repeat(9000)]: i }));
    const checked = checkTelemetry({ sinks });
    const problem = checked.ok ? "" : checked.problem;
    expect(problem).toStartWith("status.telemetry.sinks.0.xxx");
    expect(problem).toEndWith("; and 195 more");
    expect(problem.length).toBeLessThan(2000);
  });

  test("refuses two sinks of one name", () => {
    expect(checkTelemetry({ sinks: [sound, sound] })).toEqual({
      ok: false,
      problem: "status.telemetry.sinks: two are called hub",
    });
  });
});

test("definitionOf() is another for every change of a sink, and for another repository", () => {
  const sink: Sink = { name: "hub", kind: "http", url: "https://hub.example.org/" };
  const at = (root: string, one: Sink = sink) => definitionOf(one, { root, git: undefined });
  const all = [
    at("/a"),
    at("/b"),
    at("/a", { ...sink, url: "https://hub.example.org/x" }),
    at("/a", { ...sink, timeout_ms: 300 }),
    at("/a", { ...sink, headers: {} }),
    at("/a", { ...sink, scope: "local" }),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(at("/a", { url: sink.url, kind: "http", name: "hub" })).toBe(at("/a"));
});

test("targetOf() tells no query, and of a user's own address no path", () => {
  const sink: Sink = { name: "hub", kind: "http", url: "https://hub.example.org/s3cret?key=s3cret" };
  expect([targetOf({ sink, standing: "own" }), targetOf({ sink, standing: "trusted" })]).toEqual([
    "https://hub.example.org/…",
    "https://hub.example.org/s3cret",
  ]);
});
