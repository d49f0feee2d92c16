/** Help, made from the command tree. */

import type { ArgDef, ArgsDef } from "citty";
import type { CommandHelpData, TreeHelpData } from "../contract/help.ts";
import { type CommandDescription, type CommandTree, type OtherWay, shownCommands } from "./command_tree.ts";
import { definitions, prose } from "./definitions.ts";
import type { Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

/** What `lane --help` and `lane <command> --help` answer. */
export function helpOutcome(tree: CommandTree, name: string | undefined): Outcome {
  const command = name === undefined ? undefined : tree.commands[name];
  if (name === undefined || command === undefined) {
    return { ok: true, data: treeData(tree), warnings: [], text: (style) => treeText(tree, style) };
  }
  const data: CommandHelpData = {
    command: name,
    summary: command.summary,
    usage: usagesOf(name, command).join(", or "),
    options: [...optionsOf(command.args, command.other_way), ...optionsOf(tree.global_args)],
    examples: [...command.examples],
  };
  return { ok: true, data, warnings: [], text: (style) => commandText(tree, name, command, style) };
}

/** All commands, and the options that each of them takes. */
export function treeData(tree: CommandTree): TreeHelpData {
  const commands = shownCommands(tree).map(([command, { summary }]) => ({ command, summary }));
  return { commands, options: optionsOf(tree.global_args) };
}

export function treeText(tree: CommandTree, style: Style): string {
  const commands = shownCommands(tree).map(([name, { summary }]): [string, string] => [
    style.bold(name),
    summary,
  ]);
  return [
    prose("lane: what state is each piece of work in, and who says so?", style),
    "",
    "Usage: lane <command> [options]",
    "",
    definitions(commands, style),
    "",
    "Options of every command:",
    optionsText(tree.global_args, style),
    "",
    prose(
      "lane help <command or topic> tells more; lane --version says which lane this is, lane --licenses under which licences it and its parts are.",
      style,
    ),
  ].join("\n");
}

function commandText(tree: CommandTree, name: string, command: CommandDescription, style: Style): string {
  const own = optionsText(command.args, style, command.other_way);
  return [
    prose(`${command.summary}.`, style),
    "",
    `Usage: ${usagesOf(name, command).join("\n       ")}`,
    ...(own === "" ? [] : ["", own]),
    "",
    "Options of every command:",
    optionsText(tree.global_args, style),
    ...(command.notes === undefined ? [] : ["", ...command.notes.map((note) => prose(note, style))]),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionsText(args: ArgsDef, style: Style, other_way?: OtherWay): string {
  const rows = optionsOf(args, other_way).map(
    ({ option, description, default: preset }): [string, string] => [
      style.bold(option),
      preset === null ? description : `${description} (default: ${preset})`,
    ],
  );
  return definitions(rows, style);
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
function usagesOf(name: string, { args, other_way, takes_more }: CommandDescription): string[] {
  const words = Object.entries(args).flatMap(([key, arg]) => {
    const place = arg.valueHint ?? key;
    if (arg.type === "positional") return arg.required ? [`<${place}>`] : [`[${place}]`];
    return arg.required ? [optionWord(key, arg)] : [];
  });
  if (takes_more) words.push(`${words.pop() ?? ""}...`);
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
