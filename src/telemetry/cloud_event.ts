/** The envelope: a transition as a CloudEvent 1.0 in JSON. */

import { basename } from "node:path";
import type { StatusEvent } from "../domain/event.ts";
import type { Project } from "../project/project.ts";

/** The type of every event; a change of what `data` means would raise its number. */
const TYPE = "dev.lanekeeper.status.transitioned.v1";

/** What the events of a project are said to come from: a URI of its id, else of its folder's name. */
export function sourceOf({ root, config }: Pick<Project, "root" | "config">): string {
  const named = config.telemetry?.project_id?.trim();
  return `lanekeeper:${encodeURIComponent((named || basename(root)).toWellFormed())}`;
}

/**
 * A CloudEvent as one line of JSON, without a line end.
 *
 * @param line the event as it stands in the log: printing it again would alter large numbers
 */
export function cloudEvent(source: string, slug: string, event: StatusEvent, line: string): string {
  const attributes = {
    specversion: "1.0",
    id: event.event_id,
    type: TYPE,
    source,
    subject: `${slug}/${event.wp_id}`,
    time: event.at,
    datacontenttype: "application/json",
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${line.trim()}}`;
}
