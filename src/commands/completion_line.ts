/** What a command line that is not finished asks for next, told by the command tree alone. */

import type { ArgDef, ArgsDef } from "citty";
import type { Candidate } from "../contract/completions.ts";
import type { CommandDescription, CommandTree } from "./command_tree.ts";

/** What could stand at the end of the line. */
export interface Asked {
  readonly source: Source;
  /** The beginning of the current word that stays as it is: `--to=`, `WP01,` or `@`. */
  readonly prefix: string;
  /** The rest of the current word: candidates begin with it. */
  readonly typed: string;
  /** Whether a value that begins with a dash would be read as an option. */
  readonly is_dash_refused: boolean;
  readonly line: Line;
}

interface FixedSource {
  readonly from: "fixed";
  readonly candidates: readonly Candidate[];
}

/** Where the candidates come from. */
export type Source =
  | FixedSource
  | { readonly from: "files" | "folders" }
  | { readonly from: "work_packages"; readonly only_movable: boolean; readonly except: readonly string[] }
  /** The lanes that the line's work package can go to. */
  | { readonly from: "targets" }
  | { readonly from: "lanes" | "features" | "actors" | "last_event" | "sinks" };

/** What the words before the current one say. */
export interface Line {
  readonly tree: CommandTree;
  readonly command: CommandDescription | undefined;
  /** The options that may stand here. */
  readonly known: ArgsDef;
  readonly flags: ReadonlyMap<string, string | true>;
  readonly positionals: readonly string[];
  /** The option that the current word is the value of. */
  readonly awaiting: string | undefined;
  /** Whether `--` ended the options. */
  readonly is_ended: boolean;
  /** Whether a command was named, known or not. */
  readonly is_named: boolean;
}

/**
 * Reads a line.
 *
 * @param words what stands behind `lane`, without quotes; the last one is being typed
 * @example readLine(tree, ["emit", "WP01", "--to", "cl"]).source // { from: "targets" }
 */
export function readLine(tree: CommandTree, words: readonly string[]): Asked {
  const current = words.at(-1) ?? "";
  const line = readBefore(tree, words.slice(0, -1));
  if (line.awaiting !== undefined) return askForValue(line.known[line.awaiting], line, current, "");
  if (!line.is_ended && current.startsWith("-")) {
    const [prefix, key = ""] = /^--([\w-]+)=/.exec(current) ?? [];
    if (prefix === undefined) return { ...asked(flagsOf(line), line, current, ""), is_dash_refused: false };
    return askForValue(own(line.known, key), line, current, prefix);
  }
  if (!line.is_named) return asked(line.is_ended ? NOTHING : commandsOf(tree), line, current, "");
  const place = placesOf(line)[line.positionals.length];
  if (place !== undefined) {
    const valueHint = place.arg.valueHint ?? HINTS_OF_PLACES[place.key];
    return askForValue({ ...place.arg, ...(valueHint && { valueHint }) }, line, current, "");
  }
  const wants_flag = current === "" && !line.is_ended;
  return { ...asked(wants_flag ? flagsOf(line) : NOTHING, line, current, ""), is_dash_refused: false };
}

/** The word that stands for a positional. */
export function positionalOf(line: Line, key: string): string | undefined {
  return line.positionals[placesOf(line).findIndex((place) => place.key === key)];
}

const NOTHING: FixedSource = { from: "fixed", candidates: [] };

/** Understands what can be understood; nothing is a mistake yet. */
function readBefore(tree: CommandTree, words: readonly string[]): Line {
  let known: ArgsDef = { ...tree.global_args, ...tree.about_args };
  let command: CommandDescription | undefined;
  let awaiting: string | undefined;
  let is_named = false;
  let is_ended = false;
  const flags = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const word of words) {
    if (awaiting !== undefined) {
      flags.set(awaiting, word);
      awaiting = undefined;
    } else if (!is_ended && word === "--") is_ended = true;
    else if (!is_ended && word.startsWith("-") && word !== "-") {
      const [, key = "", joined] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
      if (joined === undefined && own(known, key)?.type === "string") awaiting = key;
      else flags.set(key === "h" ? "help" : key, joined ?? true);
    } else if (is_named || is_ended) positionals.push(word);
    else {
      is_named = true;
      command = own(tree.commands, word);
      known = command === undefined ? {} : { ...command.args, ...tree.global_args };
    }
  }
  return { tree, command, known, flags, positionals, awaiting, is_ended, is_named };
}

/** What value hints mean, wherever they stand; the parts of `a|b` that are not here are the values themselves. */
const SOURCES: Readonly<Record<string, (arg: ArgDef, line: Line) => Source>> = {
  file: () => ({ from: "files" }),
  dir: () => ({ from: "folders" }),
  slug: () => ({ from: "features" }),
  who: () => ({ from: "actors" }),
  id: () => ({ from: "last_event" }),
  sink: () => ({ from: "sinks" }),
  lane: (arg) => ({ from: isTarget(arg) ? "targets" : "lanes" }),
  wp: (_, line) => ({
    from: "work_packages",
    only_movable: movesWork(line) && !line.flags.has("force"),
    except: [],
  }),
  command: (_, line) => commandsOf(line.tree),
  "-": () => fixed([["-", "from stdin"]]),
};

/** Parts of value hints that stand for what nobody can guess. */
const UNKNOWABLE: readonly string[] = ["json", "@file"];

/** Positionals whose name says what they are; others say it by a value hint. */
const HINTS_OF_PLACES: Readonly<Record<string, string>> = {
  wp: "wp",
  lane: "lane",
  command: "command",
};

/** @param prefix `--option=`, where the value begins behind that */
function askForValue(arg: ArgDef | undefined, line: Line, current: string, prefix: string): Asked {
  const typed = current.slice(prefix.length);
  if (arg?.type === "boolean") {
    return asked(
      fixed([
        ["true", ""],
        ["false", ""],
      ]),
      line,
      current,
      prefix,
    );
  }
  const parts = arg?.valueHint?.split("|") ?? [];
  if (arg === undefined || parts.length === 0) return asked(NOTHING, line, current, prefix);
  if (parts.includes("@file") && typed.startsWith("@"))
    return asked({ from: "files" }, line, current, `${prefix}@`);
  if (parts.includes("ids")) {
    const listed = /^(?:[A-Za-z0-9]+,)*/.exec(typed)?.[0] ?? "";
    const except = listed.split(",").filter((id) => id !== "");
    const source: Source = { from: "work_packages", only_movable: false, except };
    return asked(source, line, current, prefix + listed);
  }
  const known = parts.find((part) => Object.hasOwn(SOURCES, part)) ?? "";
  const source = own(SOURCES, known)?.(arg, line) ?? NOTHING;
  if (source.from !== "fixed") return asked(source, line, current, prefix);
  const values =
    parts.length === 1 ? [] : parts.filter((part) => part !== known && !UNKNOWABLE.includes(part));
  const preset = "default" in arg ? arg.default : undefined;
  const { candidates } = fixed(values.map((value) => [value, value === preset ? "the default" : ""]));
  return asked({ ...source, candidates: [...candidates, ...source.candidates] }, line, current, prefix);
}

function asked(source: Source, line: Line, current: string, prefix: string): Asked {
  return {
    source,
    prefix,
    typed: current.slice(prefix.length),
    is_dash_refused: !line.is_ended && !prefix.startsWith("--"),
    line,
  };
}

function commandsOf({ commands }: CommandTree): Source {
  const shown = Object.entries(commands).filter(([, { is_internal }]) => !is_internal);
  return fixed(shown.map(([name, { summary }]) => [name, summary]));
}

/** The options that are not given yet: what is needed first, then the command's own, then every command's. */
function flagsOf({ known, flags, command, positionals }: Line): Source {
  const other = command?.other_way;
  const taken = (key: string) => {
    if (other === undefined || !Object.hasOwn(command?.args ?? {}, key)) return true;
    return flags.has(other.option)
      ? other.beside.includes(key)
      : key !== other.option || positionals.length === 0;
  };
  const open = Object.entries(known).filter(
    ([key, arg]) => arg.type !== "positional" && !flags.has(key) && taken(key),
  );
  const [needed, others] = [true, false].map((is_needed) =>
    open.filter(([, arg]) => (arg.required === true) === is_needed),
  );
  return fixed(
    [...(needed ?? []), ...(others ?? [])].map(([key, arg]) => [`--${key}`, arg.description ?? ""]),
  );
}

function placesOf({ command, flags }: Line): { key: string; arg: ArgDef }[] {
  if (command?.other_way !== undefined && flags.has(command.other_way.option)) return [];
  return Object.entries(command?.args ?? {}).flatMap(([key, arg]) =>
    arg.type === "positional" ? [{ key, arg }] : [],
  );
}

/** Whether it is where the work goes to; a lane that may be left out is only looked for. */
function isTarget(arg: ArgDef): boolean {
  return arg.required === true;
}

/** Whether the command moves work packages. */
function movesWork({ command }: Line): boolean {
  return Object.entries(command?.args ?? {}).some(
    ([key, arg]) => isTarget(arg) && (arg.valueHint ?? HINTS_OF_PLACES[key]) === "lane",
  );
}

function fixed(candidates: readonly (readonly [value: string, description: string])[]): FixedSource {
  return {
    from: "fixed",
    candidates: candidates.map(([value, description]) => ({ value, description })),
  };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
