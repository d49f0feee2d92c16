/** The schemas that `lane schema` prints, by name. */

import type { JsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { OtherRecordSchema } from "../domain/event.ts";
import { SnapshotSchema } from "../domain/snapshot.ts";
import { MetaSchema } from "../project/settings.ts";
import { ConfigFileSchema } from "./config.ts";
import { answerSchema, refusalSchema } from "./envelope.ts";
import { CommandHelpDataSchema } from "./help.ts";
import { type Publication, publish } from "./json_schema.ts";
import { AcceptedEventSchema } from "./log_line.ts";
import { CHECKS, FOLLOWED, OUTPUTS } from "./outputs.ts";
import { BatchRequestSchema } from "./request.ts";
import { WrittenEventSchema } from "./written_event.ts";

/** One of the schemas. */
export interface Published {
  /** What it describes, in one line. */
  readonly describes: string;
  /** @param command narrows `output` to that command's */
  readonly jsonSchema: (command: string | undefined) => Promise<JsonSchema>;
}

/** Every schema, in the order in which they are listed. */
export const PUBLISHED: Readonly<Record<string, Published>> = {
  event: {
    describes: "a line of status.events.jsonl: what is accepted, and what is written",
    jsonSchema: async () =>
      publish({
        name: "event",
        title: "A line of a feature's log",
        description:
          "Lane writes #/$defs/written_event. It reads every event of a known workflow's lanes, and keeps other tools' records.",
        is: { accepted_event: AcceptedEventSchema, other_record: OtherRecordSchema },
        beside: { written_event: WrittenEventSchema },
      }),
  },
  snapshot: {
    describes: "status.json: what the log says now",
    jsonSchema: async () =>
      publish({ name: "snapshot", title: "A feature's snapshot", is: { snapshot: SnapshotSchema } }),
  },
  config: {
    describes: ".kittify/config.yaml: a project's settings, below its key status",
    jsonSchema: async () =>
      publish({
        name: "config",
        title: "A project's settings",
        is: { config: ConfigFileSchema },
        side: "input",
      }),
  },
  meta: {
    describes: "meta.json: a feature's settings",
    jsonSchema: async () =>
      publish({ name: "meta", title: "A feature's settings", is: { meta: MetaSchema }, side: "input" }),
  },
  request: {
    describes: "a line of what lane emit --batch reads",
    jsonSchema: async () =>
      publish({
        name: "request",
        title: "A request for a move",
        is: { request: BatchRequestSchema },
        side: "input",
      }),
  },
  output: {
    describes: "what --json prints: the envelope; with a command's name, all that it can answer",
    jsonSchema: async (command) =>
      command === undefined
        ? publish({
            name: "output",
            title: "The answer of any command with --json",
            description: `With --follow, ${Object.keys(FOLLOWED)
              .map((name) => `lane ${name}`)
              .join(" and ")} prints lines of a shape of its own: it stands in the schema of that command.`,
            is: { answer: answerSchema(undefined, v.unknown()), refusal: refusalSchema(undefined) },
          })
        : publish(await outputOf(command)),
  },
};

/** Exit code 0 is an answer or the command's help, every other one a refusal. */
async function outputOf(command: string): Promise<Publication> {
  const data = await OUTPUTS[command]?.();
  if (data === undefined) throw new Error(`no shape is registered for ${command}`);
  const followed = await FOLLOWED[command]?.();
  return {
    name: `output:${command}`,
    title: `The answer of ${command === "lane" ? "lane alone" : `lane ${command}`} with --json`,
    ...(followed && { description: "With --follow, each line is a followed_event or a refusal." }),
    is: {
      answer: answerSchema(command, data),
      ...(command !== "lane" && { help: answerSchema(command, CommandHelpDataSchema) }),
      refusal: refusalSchema(command, CHECKS.includes(command) ? data : undefined),
      ...(followed && { followed_event: followed }),
    },
  };
}
