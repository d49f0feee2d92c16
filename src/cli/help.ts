/** Help, made from the command tree. */

import type { ArgsDef } from "citty";
import type { Outcome } from "../commands/outcome.ts";
import { columns, type Style } from "../commands/style.ts";
import { GLOBAL_ARGS, VERBS } from "./tree.ts";
import type { Verb } from "./verb.ts";

/** What `lane --help` and `lane <command> --help` answer. */
export function helpOutcome(name: string | undefined): Outcome {
  const verb = name === undefined ? undefined : VERBS[name];
  if (name === undefined || verb === undefined) {
    const commands = Object.entries(VERBS).map(([command, { summary }]) => ({ command, summary }));
    return { ok: true, data: { commands, options: optionsOf(GLOBAL_ARGS) }, warnings: [], text: treeText };
  }
  const data = {
    command: name,
    summary: verb.summary,
    usage: usageOf(name, verb),
    options: [...optionsOf(verb.args), ...optionsOf(GLOBAL_ARGS)],
    examples: verb.examples,
  };
  return { ok: true, data, warnings: [], text: (style) => verbText(name, verb, style) };
}

function treeText(style: Style): string {
  const commands = Object.entries(VERBS).map(([name, { summary }]) => [`  ${style.bold(name)}`, summary]);
  return [
    "lane: what state is each piece of work in, and who says so?",
    "",
    "Usage: lane <command> [options]",
    "",
    columns(commands),
    "",
    "Options of every command:",
    optionsText(GLOBAL_ARGS, style),
    "",
    "lane <command> --help tells more; lane --version says which lane this is.",
  ].join("\n");
}

function verbText(name: string, verb: Verb, style: Style): string {
  const own = optionsText(verb.args, style);
  return [
    `${verb.summary}.`,
    "",
    `Usage: ${usageOf(name, verb)}`,
    ...(own === "" ? [] : ["", own]),
    "",
    "Options of every command:",
    optionsText(GLOBAL_ARGS, style),
    "",
    "Examples:",
    ...verb.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionsText(args: ArgsDef, style: Style): string {
  const rows = optionsOf(args).map(({ option, description, default: preset }) => [
    `  ${style.bold(option)}`,
    preset === null ? description : `${description} (default: ${preset})`,
  ]);
  return rows.length === 0 ? "" : columns(rows);
}

function optionsOf(args: ArgsDef) {
  return Object.entries(args).map(([key, arg]) => {
    const alias = arg.type === "boolean" && arg.alias !== undefined ? `-${arg.alias}, ` : "";
    const value = arg.type === "string" ? ` <${arg.valueHint ?? "value"}>` : "";
    const required = arg.type !== "positional" && arg.required ? " (needed)" : "";
    return {
      option: arg.type === "positional" ? `<${key}>` : `${alias}--${key}${value}`,
      description: `${arg.description ?? ""}${required}`,
      default: arg.type === "string" && typeof arg.default === "string" ? arg.default : null,
    };
  });
}

function usageOf(name: string, { args }: Verb): string {
  const words = Object.entries(args).flatMap(([key, arg]) => {
    if (arg.type === "positional") return arg.required ? [`<${key}>`] : [`[${key}]`];
    return arg.required ? [`--${key} <${arg.valueHint ?? "value"}>`] : [];
  });
  return ["lane", name, ...words, "[options]"].join(" ");
}
