/** A file of settings as it is published: every start checks the rest, telemetry only who has some. */

import * as v from "valibot";
import { ConfigSchema } from "../project/settings.ts";
import { TelemetrySchema } from "../project/sinks.ts";

/** lanekeeper's own part. */
export const WholeConfigSchema = v.looseObject({
  ...ConfigSchema.entries,
  telemetry: v.nullish(TelemetrySchema),
});

/** The whole file. The rest of it belongs to other tools; an empty file says nothing. */
export const ConfigFileSchema = v.nullable(v.looseObject({ status: v.nullish(WholeConfigSchema) }));
