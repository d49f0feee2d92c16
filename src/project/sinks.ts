/**
 * Where telemetry goes: the shape of the settings below `status.telemetry`, in a project's
 * configuration and in a user's own. Loaded only where they say something.
 */

import * as v from "valibot";
import { describeIssue } from "../domain/evidence.ts";

/** How long an emit waits for a sink that says nothing of it. */
export const DEFAULT_TIMEOUT_MS = 300;

const LONGEST_TIMEOUT_MS = 60_000;

const SinkNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "expected a name of a-z, 0-9, _ and -"),
);

const COMMON = {
  name: SinkNameSchema,
  /** How long an emit waits for it at most. */
  timeout_ms: v.optional(
    v.pipe(
      v.number(),
      v.integer("expected whole milliseconds"),
      v.minValue(1, "expected at least 1 ms"),
      v.maxValue(LONGEST_TIMEOUT_MS, `expected at most ${LONGEST_TIMEOUT_MS} ms`),
    ),
  ),
  /** Only moves to one of these lanes. */
  lanes: v.optional(v.array(v.string())),
  /** Only these features, by their slugs. */
  features: v.optional(v.array(v.string())),
  /** `local`: what lane wrote in this clone. `all`: whatever the log holds. */
  scope: v.optional(v.picklist(["local", "all"])),
};

/** Neither a user's name nor a password: a secret has no place in a file. */
const UrlSchema = v.pipe(
  v.string(),
  v.regex(
    /^https?:\/\/[^\s/?#@\\]+(?:[/?][^\s#\\]*)?$/,
    "expected an address like https://hub.example.org/events, without user or password",
  ),
);

/** What says how long a message is, and where it goes, is not for a file to say. */
const HOW_IT_IS_SENT = [
  "content-",
  "host$",
  "connection$",
  "keep-alive$",
  "expect$",
  "transfer-",
  "trailer$",
  "upgrade$",
  "te$",
];

/** Headers know no case, and JSON Schema, in which the pattern is published, no flag for it. */
function inAnyCase(pattern: string): string {
  return pattern.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

const HeaderNameSchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?!(?:${HOW_IT_IS_SENT.map(inAnyCase).join("|")}))[A-Za-z0-9!#$%&'*+.^_\`|~-]+$`),
    "expected the name of a header, other than those that say how a message is sent",
  ),
);

/** `${NAME}` stands for an environment variable. */
const HeaderValueSchema = v.pipe(v.string(), v.regex(/^[\t -~]*$/, "expected a header of plain text"));

const HttpSinkSchema = v.strictObject({
  ...COMMON,
  kind: v.literal("http"),
  url: UrlSchema,
  headers: v.optional(v.record(HeaderNameSchema, HeaderValueSchema)),
});

const FileSinkSchema = v.strictObject({
  ...COMMON,
  kind: v.literal("file"),
  path: v.pipe(v.string(), v.regex(/^[^\0\n]*[^\0\n/]$/, "expected the path of a file")),
});

const CommandSinkSchema = v.strictObject({
  ...COMMON,
  kind: v.literal("command"),
  run: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[^\0]*$/, "expected a word without NUL"))),
    v.minLength(1, "expected a program and its arguments, like [notify-send, lane]"),
  ),
});

/** One sink. */
export const SinkSchema = v.variant(
  "kind",
  [HttpSinkSchema, FileSinkSchema, CommandSinkSchema],
  "expected kind http, file or command",
);

/** Each one untrusted is a warning, and each one trusted is asked at every emit. */
const MOST_SINKS = 100;

/** All that is said of telemetry. */
export const TelemetrySchema = v.looseObject({
  /** What events are said to come from; left out, the name of the project's folder. */
  project_id: v.nullish(v.string()),
  sinks: v.nullish(
    v.pipe(v.array(SinkSchema), v.maxLength(MOST_SINKS, `expected at most ${MOST_SINKS} sinks`)),
  ),
});

export type HttpSink = v.InferOutput<typeof HttpSinkSchema>;
export type FileSink = v.InferOutput<typeof FileSinkSchema>;
export type CommandSink = v.InferOutput<typeof CommandSinkSchema>;
export type Sink = v.InferOutput<typeof SinkSchema>;
export type Telemetry = v.InferOutput<typeof TelemetrySchema>;

/** What a check of the settings comes to. */
type Checked =
  | { readonly ok: true; readonly value: Telemetry }
  | { readonly ok: false; readonly problem: string };

/** Checks what stands below `status.telemetry`. */
export function checkTelemetry(value: unknown): Checked {
  const parsed = v.safeParse(TelemetrySchema, Array.isArray(value) ? "a list" : value);
  if (!parsed.success) {
    return { ok: false, problem: toldInShort(parsed.issues) };
  }
  const names = (parsed.output.sinks ?? []).map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return { ok: true, value: parsed.output };
  return { ok: false, problem: `status.telemetry.sinks: two are called ${twice}` };
}

const MOST_PROBLEMS = 5;
const LONGEST_PROBLEM_CHARS = 300;

/** Every emit warns of them, and a repository can have as many and as long ones as it likes. */
function toldInShort(issues: readonly v.BaseIssue<unknown>[]): string {
  const told = issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const problem = describeIssue(issue, "status.telemetry");
    if (problem.length <= LONGEST_PROBLEM_CHARS) return problem;
    return `${problem.slice(0, LONGEST_PROBLEM_CHARS).toWellFormed()}…`;
  });
  const untold = issues.length - told.length;
  return [...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join("; ");
}
