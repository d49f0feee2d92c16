/** What a line of a log may be. */

import * as v from "valibot";
import { OtherRecordSchema, type StatusEvent, StatusEventSchema } from "../domain/event.ts";

/** An event whose line is accepted; `parseLine()` asks the same, at a fraction of the cost. */
export const AcceptedEventSchema = v.pipe(
  StatusEventSchema,
  v.check(namesItsFeature, "must name its feature"),
  v.check(isNoNewerSchema, "must not be written by a newer version"),
);

export const LogLineSchema = v.union([AcceptedEventSchema, OtherRecordSchema]);

export function namesItsFeature({ feature_slug, mission_slug }: StatusEvent): boolean {
  return feature_slug !== undefined || mission_slug !== undefined;
}

export function isNoNewerSchema({ schema_version: version }: StatusEvent): boolean {
  return !((typeof version === "number" || typeof version === "string") && Number(version) > 1);
}
