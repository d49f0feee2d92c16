/** What `lane` answers without a command: `lane --help`, `lane --version`, `lane --licenses`. */

import * as v from "valibot";
import { TreeHelpDataSchema } from "./help.ts";
import { type Shape, TextSchema } from "./parts.ts";

export const VersionDataSchema = v.strictObject({ version: TextSchema, commit: TextSchema, bun: TextSchema });
export type VersionData = Shape<typeof VersionDataSchema>;

/** Lane's own licence first, then that of each part inside the executable. */
export const LicensesDataSchema = v.strictObject({
  licenses: v.array(
    v.strictObject({ name: TextSchema, version: TextSchema, license: TextSchema, text: TextSchema }),
  ),
});
export type LicensesData = Shape<typeof LicensesDataSchema>;

export const LaneDataSchema = v.union([TreeHelpDataSchema, VersionDataSchema, LicensesDataSchema]);
