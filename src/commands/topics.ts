/** The topics of `lane help`: written once, made from data wherever there is data. */

import type { CommandTree } from "./command_tree.ts";
import { definitions, prose } from "./definitions.ts";
import { makeStyle, type Style } from "./style.ts";
import { agentParts } from "./topic_agents.ts";
import { eventParts } from "./topic_events.ts";
import { exitParts } from "./topic_exits.ts";
import { laneParts } from "./topic_lanes.ts";
import { mergeParts } from "./topic_merging.ts";

/** Something that `lane help` explains. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly parts: (tree: CommandTree) => Promise<readonly Part[]>;
}

/** A piece of a topic: a paragraph, a heading, lines as they are, or terms with what they mean. */
export type Part =
  | string
  | { readonly heading: string }
  | { readonly lines: readonly string[] }
  | { readonly terms: readonly (readonly [term: string, meaning: string])[] };

/** In the order in which they are listed. */
export const TOPICS: readonly Topic[] = [
  { name: "lanes", summary: "What states there are, and how work moves through them", parts: laneParts },
  { name: "events", summary: "What the log holds, field by field", parts: eventParts },
  {
    name: "merging",
    summary: "Why two clones end in the same state, and how to set git up",
    parts: mergeParts,
  },
  { name: "agents", summary: "How a program calls lane, and when to call again", parts: agentParts },
  {
    name: "exit-codes",
    summary: "What each exit code and error code means, and what to do",
    parts: exitParts,
  },
];

/** A topic for people, to the terminal's width. */
export function topicText({ name, summary }: Topic, parts: readonly Part[], style: Style): string {
  const head = prose(`${style.bold(name)}: ${summary}`, style);
  return [head, ...parts.map((part) => partText(part, style))].join("\n\n");
}

/** The same without colour, a paragraph a line. */
export function plainText(topic: Topic, parts: readonly Part[]): string {
  const style = makeStyle({ color: false, width_columns: undefined, unicode: false, now_us: 0 });
  return topicText(topic, parts, style);
}

function partText(part: Part, style: Style): string {
  if (typeof part === "string") return prose(part, style);
  if ("heading" in part) return style.bold(part.heading);
  if ("lines" in part) return part.lines.map((line) => `  ${line}`).join("\n");
  return definitions(part.terms, style);
}
