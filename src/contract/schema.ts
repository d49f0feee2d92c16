/** What `lane schema` answers. */

import * as v from "valibot";
import { SentenceSchema, type Shape, TextSchema } from "./parts.ts";

export const SchemaDataSchema = v.union([
  v.strictObject({
    schemas: v.array(v.strictObject({ schema: TextSchema, describes: SentenceSchema })),
    commands: v.pipe(v.array(TextSchema), v.description("What `output` can be followed by")),
  }),
  v.strictObject({
    schema: TextSchema,
    command: v.pipe(v.nullable(TextSchema), v.description("With `output`, the command it is narrowed to")),
    json_schema: v.record(v.string(), v.unknown()),
  }),
]);

export type SchemaData = Shape<typeof SchemaDataSchema>;
