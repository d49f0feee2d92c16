/** What the commands that set work, projects and clones up answer, and the merge driver with them. */

import * as v from "valibot";
import { CountSchema, FeatureSchema, PathSchema, type Shape, TextSchema, WpIdSchema } from "./parts.ts";

const PathsSchema = v.array(PathSchema);
const SettingsSchema = v.pipe(
  v.array(TextSchema),
  v.description("Names of settings in the clone's git config"),
);

export const NewDataSchema = v.strictObject({ feature: FeatureSchema, created: PathsSchema });
export type NewData = Shape<typeof NewDataSchema>;

export const AddDataSchema = v.strictObject({ feature: FeatureSchema, wp: WpIdSchema, created: PathsSchema });
export type AddData = Shape<typeof AddDataSchema>;

export const InitDataSchema = v.strictObject({
  created: PathsSchema,
  changed: PathsSchema,
  unchanged: PathsSchema,
  git_config: SettingsSchema,
});
export type InitData = Shape<typeof InitDataSchema>;

export const UninstallDataSchema = v.strictObject({
  removed: PathsSchema,
  changed: PathsSchema,
  git_config: SettingsSchema,
});
export type UninstallData = Shape<typeof UninstallDataSchema>;

export const MergeDriverDataSchema = v.strictObject({
  file: v.pipe(TextSchema, v.description("Where the page lies in the repository")),
  conflicts: CountSchema,
});
export type MergeDriverData = Shape<typeof MergeDriverDataSchema>;
