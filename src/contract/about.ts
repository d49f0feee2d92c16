/** What `lane` answers without a command: `lane --help`, `lane --version`. */

import * as v from "valibot";
import { TreeHelpDataSchema } from "./help.ts";
import { type Shape, TextSchema } from "./parts.ts";

export const VersionDataSchema = v.strictObject({ version: TextSchema, commit: TextSchema, bun: TextSchema });
export type VersionData = Shape<typeof VersionDataSchema>;

export const LaneDataSchema = v.union([TreeHelpDataSchema, VersionDataSchema]);
