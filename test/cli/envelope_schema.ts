/** The JSON envelope as it is published, checked strictly: a field more or less is a failure. */

import { expect } from "bun:test";
import * as v from "valibot";
import { answerSchema, type RefusalEnvelope, refusalSchema } from "../../src/contract/envelope.ts";
import type { Answer } from "../support/lane.ts";

/** A success, checked whole: one line of JSON on stdout, nothing on stderr, exit code 0. */
export function dataOf<S extends v.GenericSchema>(
  answer: Answer,
  command: string,
  data: S,
): { data: v.InferOutput<S>; warnings: readonly { code: string; message: string }[] } {
  expectOneLine(answer);
  expect(answer.code).toBe(0);
  const envelope = v.parse(answerSchema(command, v.unknown()), answer.json);
  expect(Object.keys(envelope)).toEqual(["version", "ok", "command", "data", "warnings"]);
  return { data: v.parse(data, envelope.data), warnings: envelope.warnings };
}

/** A refusal, checked whole: one line of JSON on stdout, nothing on stderr. */
export function refusalIn(answer: Answer): RefusalEnvelope {
  expectOneLine(answer);
  const envelope = v.parse(refusalSchema(undefined), answer.json);
  expect(Object.keys(envelope)).toEqual(["version", "ok", "command", "error", "warnings"]);
  return envelope;
}

function expectOneLine({ stdout, stderr }: Answer): void {
  expect(stderr).toBe("");
  expect(stdout).toEndWith("}\n");
  expect(stdout.split("\n")).toHaveLength(2);
}
