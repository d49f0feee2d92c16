/**
 * From Valibot schemas to JSON Schema. What Valibot checks by a function has no counterpart
 * there: each such function is named here with what says the same, or the nearest that is
 * not stricter. One that is not named makes the conversion fail, instead of being lost.
 */

import { type ConversionConfig, type JsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { isNoTransition, namesItsKind, RECORD_KINDS, StatusEventSchema } from "../domain/event.ts";
import { isJsonObject } from "../domain/json_bytes.ts";
import { isGiven } from "../domain/text.ts";
import { isInstant } from "../domain/time.ts";
import { isFolderInside, isPhase } from "../project/settings.ts";
import { FindingSchema } from "./checks.ts";
import { FIELD_MEANINGS, type FieldMeanings } from "./descriptions.ts";
import { isOurOwnUnlessReplayed, MoveDataSchema } from "./emit.ts";
import { isNoNewerSchema, namesItsFeature } from "./log_line.ts";
import { areOurOwn } from "./migrate.ts";
import { SentenceSchema } from "./parts.ts";
import { WrittenEventSchema } from "./written_event.ts";

/** What is to be published: named parts, of which the first few are what a value may be. */
export interface Publication {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** A value is one of these. */
  readonly is: Readonly<Record<string, v.GenericSchema>>;
  /** Told beside it, for who wants to know more. */
  readonly beside?: Readonly<Record<string, v.GenericSchema>>;
  /** `input`: what is accepted; `output` (when left out): what comes out. */
  readonly side?: "input" | "output";
}

/** The JSON Schema of a publication, draft 2020-12. */
export function publish({
  name,
  title,
  description,
  is,
  beside = {},
  side = "output",
}: Publication): JsonSchema {
  const parts = { ...is, ...beside };
  const definitions = toJsonSchemaDefs({ ...parts, ...SHARED }, { ...CONVERSION, typeMode: side });
  const choices = Object.keys(is).map((part) => ({ $ref: `#/$defs/${part}` }));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:lanekeeper:schema:${name}`,
    title,
    ...(description !== undefined && { description }),
    ...(choices.length === 1 ? choices[0] : { anyOf: choices }),
    $defs: withoutUnused(definitions, Object.keys(parts)),
  };
}

/** Told once, wherever they stand. */
const SHARED = {
  event: StatusEventSchema,
  written_event: WrittenEventSchema,
  move: MoveDataSchema,
  finding: FindingSchema,
  sentence: SentenceSchema,
};

/** The definitions that are asked for, and those that they lead to. */
function withoutUnused(all: Readonly<Record<string, JsonSchema>>, asked: readonly string[]) {
  const used = new Set(asked);
  for (const name of used) {
    for (const [, next = ""] of JSON.stringify(all[name]).matchAll(/"#\/\$defs\/(\w+)"/g)) used.add(next);
  }
  return Object.fromEntries([...used].map((name) => [name, all[name] ?? {}]));
}

const CONVERSION: ConversionConfig = {
  target: "draft-2020-12",
  errorMode: "throw",
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    valibotSchema.type === "custom"
      ? said(valibotSchema, "check", jsonSchema)
      : explained(jsonSchema, FIELD_MEANINGS.get(valibotSchema)),
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === "check" ? said(valibotAction, "requirement", jsonSchema) : undefined,
};

/** The schema of an object with the meanings of its fields, where they do not say it themselves. */
function explained(schema: JsonSchema, meanings: FieldMeanings | undefined): JsonSchema | undefined {
  if (meanings === undefined) return undefined;
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    { description: meanings[name], ...Object(property) },
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** What JSON Schema says where Valibot asks a function. */
function said(asking: object, key: string, so_far: JsonSchema): JsonSchema | undefined {
  const words = IN_JSON_SCHEMA.get((asking as Readonly<Record<string, unknown>>)[key]);
  if (words === undefined) return undefined;
  // A pattern beside a pattern, say: the second must not take the first one's place.
  const is_new = Object.keys(words()).every((keyword) => !Object.hasOwn(so_far, keyword));
  return is_new ? { ...so_far, ...words() } : { allOf: [so_far, words()] };
}

/** 30 and 31 of short months; 29 February but in the leap years of 1970 to 2199. */
const DAYS_THAT_ARE_NONE =
  "(?!\\d{4}-(?:02-3|(?:0[469]|11)-31))(?!(?!(?:19(?:7[26]|8[048]|9[26])|20(?:[02468][048]|[13579][26])|21(?:0[48]|[2468][048]|[13579][26])))\\d{4}-02-29)";

const IN_JSON_SCHEMA: ReadonlyMap<unknown, () => JsonSchema> = new Map<unknown, () => JsonSchema>([
  [isJsonObject, () => ({ type: "object" })],
  [isGiven, () => ({ pattern: "\\S" })],
  [
    isInstant,
    () => ({
      pattern: `^${DAYS_THAT_ARE_NONE}(?:19[7-9]|2[01]\\d)\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$`,
    }),
  ],
  [isPhase, () => ({ anyOf: [{ enum: [0, 1, 2] }, { type: "string", pattern: "^\\s*[012]\\s*$" }] })],
  [isFolderInside, () => ({ pattern: "^(?!/)(?!(?:.*/)?\\.\\.(?:/|$))[^\\\\:\\u0000]+$" })],
  [isNoTransition, () => ({ not: { required: ["to_lane"] } })],
  [
    namesItsKind,
    () => ({
      anyOf: RECORD_KINDS.map((kind) => ({
        properties: { [kind]: { type: "string" } },
        required: [kind],
      })),
    }),
  ],
  [namesItsFeature, () => ({ anyOf: [{ required: ["feature_slug"] }, { required: ["mission_slug"] }] })],
  // A version that is a text is read as a number, which JSON Schema can't do.
  [isNoNewerSchema, () => ({ not: { properties: { schema_version: NEWER }, required: ["schema_version"] } })],
  [areOurOwn, () => ({ items: { $ref: "#/$defs/written_event" } })],
  [
    isOurOwnUnlessReplayed,
    () => ({
      anyOf: [
        { properties: { replayed: { const: true } } },
        { properties: { event: { $ref: "#/$defs/written_event" } } },
      ],
    }),
  ],
]);

const NEWER: JsonSchema = { type: "number", exclusiveMinimum: 1 };
