/** Help, made from the command tree. */

import type { ArgDef, ArgsDef } from "citty";
import type { Outcome } from "../commands/outcome.ts";
import { definitions, type Style } from "../commands/style.ts";
import { GLOBAL_ARGS, VERBS } from "./tree.ts";
import type { OtherWay, Verb } from "./verb.ts";

const SHOWN_VERBS = Object.entries(VERBS).filter(([, { is_internal }]) => !is_internal);

/** What `lane --help` and `lane <command> --help` answer. */
export function helpOutcome(name: string | undefined): Outcome {
  const verb = name === undefined ? undefined : VERBS[name];
  if (name === undefined || verb === undefined) {
    const commands = SHOWN_VERBS.map(([command, { summary }]) => ({ command, summary }));
    return { ok: true, data: { commands, options: optionsOf(GLOBAL_ARGS) }, warnings: [], text: treeText };
  }
  const data = {
    command: name,
    summary: verb.summary,
    usage: usagesOf(name, verb).join(", or "),
    options: [...optionsOf(verb.args, verb.other_way), ...optionsOf(GLOBAL_ARGS)],
    examples: verb.examples,
  };
  return { ok: true, data, warnings: [], text: (style) => verbText(name, verb, style) };
}

function treeText(style: Style): string {
  const commands = SHOWN_VERBS.map(([name, { summary }]) => [`  ${style.bold(name)}`, summary] as const);
  return [
    "lane: what state is each piece of work in, and who says so?",
    "",
    "Usage: lane <command> [options]",
    "",
    definitions(commands, style),
    "",
    "Options of every command:",
    optionsText(GLOBAL_ARGS, style),
    "",
    "lane <command> --help tells more; lane --version says which lane this is.",
  ].join("\n");
}

function verbText(name: string, verb: Verb, style: Style): string {
  const own = optionsText(verb.args, style, verb.other_way);
  return [
    `${verb.summary}.`,
    "",
    `Usage: ${usagesOf(name, verb).join("\n       ")}`,
    ...(own === "" ? [] : ["", own]),
    "",
    "Options of every command:",
    optionsText(GLOBAL_ARGS, style),
    "",
    "Examples:",
    ...verb.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionsText(args: ArgsDef, style: Style, other_way?: OtherWay): string {
  const rows = optionsOf(args, other_way).map(({ option, description, default: preset }) => {
    const meaning = preset === null ? description : `${description} (default: ${preset})`;
    return [`  ${style.bold(option)}`, meaning] as const;
  });
  return rows.length === 0 ? "" : definitions(rows, style);
}

function optionsOf(args: ArgsDef, other_way?: OtherWay) {
  const needed = other_way === undefined ? "needed" : `needed without --${other_way.option}`;
  return Object.entries(args).map(([key, arg]) => {
    const alias = arg.type === "boolean" && arg.alias !== undefined ? `-${arg.alias}, ` : "";
    const required = arg.type !== "positional" && arg.required ? ` (${needed})` : "";
    return {
      option: arg.type === "positional" ? `<${key}>` : alias + optionWord(key, arg),
      description: `${arg.description ?? ""}${required}`,
      default: arg.type === "string" && typeof arg.default === "string" ? arg.default : null,
    };
  });
}

/** Each way of calling a command. */
function usagesOf(name: string, { args, other_way }: Verb): string[] {
  const words = Object.entries(args).flatMap(([key, arg]) => {
    if (arg.type === "positional") return arg.required ? [`<${key}>`] : [`[${key}]`];
    return arg.required ? [optionWord(key, arg)] : [];
  });
  const usage = ["lane", name, ...words, "[options]"].join(" ");
  if (other_way === undefined) return [usage];
  const [option, ...beside] = [other_way.option, ...other_way.beside].map((key) =>
    optionWord(key, args[key]),
  );
  return [usage, ["lane", name, option, ...beside.map((word) => `[${word}]`)].join(" ")];
}

function optionWord(key: string, arg: ArgDef | undefined): string {
  return arg?.type === "string" ? `--${key} <${arg.valueHint ?? "value"}>` : `--${key}`;
}
