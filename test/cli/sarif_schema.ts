/** The parts of SARIF 2.1.0 that lane writes, strictly: a property more, or one of another kind, is a failure. */

import * as v from "valibot";

const TextSchema = v.pipe(v.string(), v.nonEmpty());
const LevelSchema = v.picklist(["none", "note", "warning", "error"]);
const MessageSchema = v.strictObject({ text: TextSchema });

/** The characters of a path that RFC 3986 allows as they are, or spelled out. */
const PCHARS = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";
/** `path-noscheme`: relative, and no colon before the first slash, where it would end a scheme. */
const RELATIVE_REFERENCE = new RegExp(`^(?![^/]*:)${PCHARS}+(?:/${PCHARS}+)*$`);

const RuleSchema = v.strictObject({
  id: TextSchema,
  shortDescription: MessageSchema,
  defaultConfiguration: v.strictObject({ level: LevelSchema }),
});

const LocationSchema = v.strictObject({
  physicalLocation: v.strictObject({
    artifactLocation: v.strictObject({
      uri: v.pipe(v.string(), v.regex(RELATIVE_REFERENCE)),
      uriBaseId: TextSchema,
    }),
    region: v.strictObject({ startLine: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  }),
});

const ResultSchema = v.strictObject({
  ruleId: TextSchema,
  ruleIndex: v.pipe(v.number(), v.integer(), v.minValue(0)),
  level: LevelSchema,
  message: MessageSchema,
  locations: v.array(LocationSchema),
  properties: v.record(v.string(), v.unknown()),
});

const InvocationSchema = v.strictObject({
  executionSuccessful: v.boolean(),
  toolExecutionNotifications: v.optional(
    v.array(
      v.strictObject({
        level: LevelSchema,
        descriptor: v.strictObject({ id: TextSchema }),
        message: MessageSchema,
      }),
    ),
  ),
});

const RunSchema = v.pipe(
  v.strictObject({
    tool: v.strictObject({
      driver: v.strictObject({
        name: TextSchema,
        semanticVersion: v.pipe(
          v.string(),
          v.regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/),
        ),
        rules: v.array(RuleSchema),
      }),
    }),
    columnKind: v.picklist(["utf16CodeUnits", "unicodeCodePoints"]),
    invocations: v.array(InvocationSchema),
    results: v.array(ResultSchema),
  }),
  v.check(
    ({ tool, results }) =>
      results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId),
    "ruleIndex must be the place of the rule that ruleId names",
  ),
  v.check(
    ({ tool }) => new Set(tool.driver.rules.map(({ id }) => id)).size === tool.driver.rules.length,
    "rules must be unique",
  ),
);

export const SarifLogSchema = v.strictObject({
  $schema: v.pipe(v.string(), v.url()),
  version: v.literal("2.1.0"),
  runs: v.pipe(v.array(RunSchema), v.length(1)),
});
