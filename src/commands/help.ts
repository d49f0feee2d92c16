/** `lane help`: everything that can be asked about; a topic; or a command, as its `--help`. */

import type { HelpData } from "../contract/help.ts";
import { nearest } from "../domain/nearest.ts";
import { refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { definitions } from "./definitions.ts";
import { helpOutcome, treeData, treeText } from "./help_text.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";
import { plainText, TOPICS, type Topic, topicText } from "./topics.ts";

export async function help(
  { topic: first, _: more }: { topic?: string | undefined; _: readonly string[] },
  { tree }: Invocation,
): Promise<Outcome> {
  if (first === undefined) return overview(tree);
  const asked = [first, ...more].join(" ");
  const name = nameIn(asked);
  const topic = TOPICS.find((one) => one.name === name);
  if (topic !== undefined) return explain(topic, tree);
  if (Object.hasOwn(tree.commands, name)) return helpOutcome(tree, name);
  const names = [...TOPICS.map((one) => one.name), ...Object.keys(tree.commands)];
  const meant =
    nearest(name, names) ?? names.find((one) => name.length >= 4 && one.startsWith(name.slice(0, 4)));
  return refuse("USAGE", `lane help: there is no topic or command ${quoted(asked)}`, {
    hint: meant === undefined ? "lane help lists what there is" : `did you mean lane help ${meant}?`,
    details: { topics: TOPICS.map((one) => one.name) },
  });
}

/** `Exit Codes`, `exit_codes` and `exit-codes` are the same. */
function nameIn(asked: string): string {
  return asked
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
}

function overview(tree: Invocation["tree"]): Outcome {
  const topics = TOPICS.map(({ name, summary }) => ({ topic: name, summary }));
  const data: HelpData = { ...treeData(tree), topics };
  return { ok: true, data, warnings: [], text: (style) => `${treeText(tree, style)}\n\n${topicList(style)}` };
}

function topicList(style: Style): string {
  const rows = TOPICS.map(({ name, summary }): [string, string] => [style.bold(name), summary]);
  return `Topics:\n${definitions(rows, style)}`;
}

async function explain(topic: Topic, tree: Invocation["tree"]): Promise<Outcome> {
  const parts = await topic.parts(tree);
  const data: HelpData = { topic: topic.name, summary: topic.summary, text: plainText(topic, parts) };
  return { ok: true, data, warnings: [], text: (style) => topicText(topic, parts, style) };
}
