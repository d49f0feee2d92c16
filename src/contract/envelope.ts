/** The one JSON object that `--json` prints, in every outcome. */

import * as v from "valibot";
import type { RefusalCode } from "../domain/refusal.ts";
import { SentenceSchema, type Shape, TextSchema } from "./parts.ts";
import { DETAILS_SCHEMAS } from "./refusals.ts";

/** Raised when what is there changes its meaning or goes; what is added does not raise it. */
const VersionSchema = v.literal(1);

const WarningsSchema = v.pipe(
  v.array(
    v.strictObject({
      code: v.pipe(v.string(), v.regex(/^[A-Z]+(?:_[A-Z]+)*$/)),
      message: SentenceSchema,
    }),
  ),
  v.description("What went less well than it should, beside an answer that stands"),
);

/** Every code of the table of exit codes. */
export const REFUSAL_CODES = Object.keys(DETAILS_SCHEMAS) as readonly RefusalCode[];

/** A success of a command. */
export function answerSchema<S extends v.GenericSchema>(command: string | undefined, data: S) {
  return v.strictObject({
    version: VersionSchema,
    ok: v.literal(true),
    command: command === undefined ? TextSchema : v.literal(command),
    data,
    warnings: WarningsSchema,
  });
}

/**
 * A refusal of a command.
 *
 * @param check_failed what `details` holds where a check found something
 */
export function refusalSchema(command: string | undefined, check_failed?: v.GenericSchema) {
  const details = { ...DETAILS_SCHEMAS, ...(check_failed !== undefined && { CHECK_FAILED: check_failed }) };
  const by_code = REFUSAL_CODES.map((code) =>
    v.looseObject({ code: v.literal(code), details: details[code] }),
  );
  return v.strictObject({
    version: VersionSchema,
    ok: v.literal(false),
    command: command === undefined ? TextSchema : v.literal(command),
    error: v.intersect([ErrorSchema, v.variant("code", by_code)]),
    warnings: WarningsSchema,
  });
}

export type RefusalEnvelope = Shape<ReturnType<typeof refusalSchema>>;

const ErrorSchema = v.strictObject({
  code: v.picklist(REFUSAL_CODES),
  message: v.pipe(SentenceSchema, v.description("What was asked, where things stand, what would work")),
  hint: v.pipe(
    v.nullable(SentenceSchema),
    v.description("What to try next; it never forces, deletes or overrides"),
  ),
  details: v.record(v.string(), v.unknown()),
});
