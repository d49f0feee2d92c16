/** What `lane sync` answers; the same stands in `details` where a sink could not be told all. */

import * as v from "valibot";
import { EVENT_ID } from "../domain/identifiers.ts";
import { CountSchema, FeatureSchema, LaneSchema, SentenceSchema, type Shape, WpIdSchema } from "./parts.ts";

const EventIdSchema = v.pipe(v.string(), v.regex(EVENT_ID));

const TimeSchema = v.pipe(v.string(), v.isoTimestamp());

const NameSchema = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]*$/));

const SinkReportSchema = v.strictObject({
  sink: v.pipe(NameSchema, v.description("Its name")),
  kind: v.picklist(["http", "file", "command"]),
  from: v.pipe(
    v.picklist(["project", "user"]),
    v.description("Whose settings it stands in: the repository's, or the user's own"),
  ),
  standing: v.pipe(
    v.picklist(["own", "trusted", "untrusted", "never"]),
    v.description(
      "own and trusted are told; untrusted is not, until it is trusted; never: a repository names a program",
    ),
  ),
  target: v.pipe(SentenceSchema, v.description("Where it is: an address, a path, a program")),
  sent: v.pipe(CountSchema, v.description("How many events this call delivered")),
  due: v.pipe(CountSchema, v.description("How many are still to be delivered")),
  delivered: v.pipe(CountSchema, v.description("How many of the log's events have arrived")),
  parked: v.pipe(
    v.array(
      v.strictObject({
        feature: FeatureSchema,
        event_id: EventIdSchema,
        answer: v.pipe(v.string(), v.description("What the sink answered, without secrets")),
        at: v.string(),
      }),
    ),
    v.description("What the sink will not have; tried again only by --retry-parked"),
  ),
  last_error: v.pipe(v.nullable(v.string()), v.description("Why it failed last; null when it did not")),
  next_try: v.pipe(
    v.nullable(TimeSchema),
    v.description("Before then no emit tries it; null when the next one does"),
  ),
});

export const SyncDataSchema = v.strictObject({
  action: v.picklist(["deliver", "status", "trust", "dry_run"]),
  busy: v.pipe(v.boolean(), v.description("Whether another process delivers now, so that this one did not")),
  sinks: v.array(SinkReportSchema),
  would_send: v.pipe(
    v.array(
      v.strictObject({
        sink: NameSchema,
        feature: FeatureSchema,
        event_id: EventIdSchema,
        wp: WpIdSchema,
        to_lane: LaneSchema,
      }),
    ),
    v.description("In a dry run, what would go, in its order; else empty"),
  ),
});

export type SyncData = Shape<typeof SyncDataSchema>;
export type SinkReport = SyncData["sinks"][number];
