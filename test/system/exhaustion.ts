/** What every call must keep, whatever it is given to read: a bound of memory, an exit code, no bug. */

import { expect } from "bun:test";
import { type Limits, type Measured, measuredLane } from "../support/measured_lane.ts";

/** What a call takes however small its input is. */
const BASE_BYTES = 150e6;

/** A parser holds what it reads several times over: as bytes, as text, and as what they say. */
const TIMES_INPUT = 12;

/** What a call has to keep. */
export interface Kept extends Partial<Limits> {
  /** How large what it reads is. */
  readonly input_bytes: number;
  /** How many times of that it may hold at once. */
  readonly times?: number;
  readonly code: number | readonly number[];
  /** The refusal's code, where it is one. */
  readonly error?: string;
  /** What the refusal's message holds. */
  readonly says?: string;
}

/** Expects a call to end as it should, within its bound. */
export function expectBounded(folder: string, words: string, kept: Kept): Measured {
  const { input_bytes, times = TIMES_INPUT, code, error, says, env, feed } = kept;
  const bound_bytes = BASE_BYTES + times * input_bytes;
  const answer = measuredLane(folder, `${words} --json`, {
    ceiling_bytes: Math.round(1.1 * bound_bytes),
    ...(env && { env }),
    ...(feed && { feed }),
  });
  const { json } = answer as { json?: { error?: { code: string; message: string } } };
  const codes = typeof code === "number" ? [code] : code;
  const told = {
    words,
    code: answer.code,
    stderr: answer.stderr,
    refusal: json?.error?.message.slice(0, 200),
  };
  expect({ ...told, is_right: codes.includes(answer.code ?? -1) }).toEqual({
    ...told,
    stderr: "",
    is_right: true,
  });
  if (error !== undefined) expect(json?.error?.code).toBe(error);
  if (says !== undefined) expect(json?.error?.message).toContain(says);
  expect(answer.peak_bytes).toBeLessThan(bound_bytes);
  return answer;
}
