/**
 * The argument rules. The tree is in citty's form, but its parser is not asked: it lets
 * unknown flags, extra arguments and missing values pass in silence, and takes 3 ms to
 * load. Here each of these is a usage error that names the nearest right word.
 */

import type { ArgsDef } from "citty";
import { nearest } from "../domain/nearest.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { ABOUT_ARGS, GLOBAL_ARGS, VERBS } from "./tree.ts";
import type { Verb } from "./verb.ts";

/** A call whose words are all understood. */
export interface Call {
  /** The command's name; undefined for a bare `lane`. */
  readonly name: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly globals: Globals;
}

export interface Globals {
  readonly feature: string | undefined;
  readonly root: string | undefined;
  readonly here: boolean;
  readonly lock_timeout_ms: number;
  readonly help: boolean;
  readonly version: boolean;
  readonly licenses: boolean;
}

/**
 * Whether a global switch is on, told even from words that are otherwise wrong: a usage
 * error must come in the form that was asked for.
 */
export function isSwitchedOn(name: "json" | "no-color", words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const flags = end < 0 ? words : words.slice(0, end);
  const last = flags.findLast((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  return last !== undefined && last !== `--${name}=false`;
}

/** The command that a call names, even if its other words are wrong. */
export function commandIn(words: readonly string[]): string | undefined {
  const name = commandName(words);
  return name.ok ? name.value : undefined;
}

/** Reads the words of a call. */
export function readCall(words: readonly string[]): Result<Call> {
  const tokens = tokenize(words);
  if (!tokens.ok) return tokens;
  const { name, flags, positionals } = tokens.value;
  const globals = readGlobals(flags);
  if (!globals.ok) return globals;
  const asks_only = globals.value.help || globals.value.version || globals.value.licenses;
  const [stray] = positionals;
  if (name === undefined && stray !== undefined)
    return usage(`a command stands before --, here is ${quoted(stray)} behind it`, undefined);
  if (name === undefined || asks_only) return ok({ name, args: {}, globals: globals.value });
  const args = readArgs(name, flags, positionals);
  return args.ok ? ok({ name, args: args.value, globals: globals.value }) : args;
}

/** A flag with its value; `true` for a switch. */
type Flags = ReadonlyMap<string, string | boolean>;

interface Tokens {
  readonly name: string | undefined;
  readonly flags: Flags;
  readonly positionals: readonly string[];
}

/** Commands and options that take away or override: no hint leads to them by guessing. */
const GRAVE: readonly string[] = ["uninstall", "force", "apply"];

/** The flags that may stand before a command's name, or without one. */
const FLAGS_BEFORE: ArgsDef = { ...GLOBAL_ARGS, ...ABOUT_ARGS };

/** Splits words into the command's name, flags with their values, and positionals. */
function tokenize(words: readonly string[]): Result<Tokens> {
  const name = commandName(words);
  if (!name.ok) return name;
  const known = name.value === undefined ? FLAGS_BEFORE : { ...GLOBAL_ARGS, ...VERBS[name.value]?.args };
  const flags = new Map<string, string | boolean>();
  const positionals: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      positionals.push(...words.slice(i + 1));
      break;
    }
    if (!isFlag(word)) {
      positionals.push(word);
      continue;
    }
    const flag = readFlag(word, words[i + 1], known, name.value);
    if (!flag.ok) return flag;
    const { key, value, took_next } = flag.value;
    if (typeof value === "string" && flags.has(key)) {
      return usage(`--${key} is given twice`, name.value, "give it once");
    }
    flags.set(key, value);
    if (took_next) i++;
  }
  return ok({
    name: name.value,
    flags,
    positionals: name.value === undefined ? positionals : positionals.slice(1),
  });
}

/** The first word that is no flag and no global flag's value names the command. */
function commandName(words: readonly string[]): Result<string | undefined> {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") break;
    if (!isFlag(word)) {
      if (Object.hasOwn(VERBS, word)) return ok(word);
      const meant = nearest(word, Object.keys(VERBS), GRAVE);
      return usage(`there is no command ${quoted(word)}`, undefined, didYouMean(meant && `lane ${meant}`));
    }
    const key = word === "-h" ? "help" : word.replace(/^--/, "").replace(/=.*$/s, "");
    if (!Object.hasOwn(FLAGS_BEFORE, key)) {
      const meant = nearest(key, Object.keys(FLAGS_BEFORE));
      const hint = didYouMean(meant && `--${meant}`) ?? "options of a command stand after its name";
      return usage(`there is no option ${quoted(word)} before the command`, undefined, hint);
    }
    if (!word.includes("=") && takesValue(FLAGS_BEFORE, key)) i++;
  }
  return ok(undefined);
}

function readFlag(
  word: string,
  next: string | undefined,
  known: ArgsDef,
  name: string | undefined,
): Result<{ key: string; value: string | boolean; took_next: boolean }> {
  const [spelled = "", ...rest] = word.split("=");
  const given = rest.length > 0 ? rest.join("=") : undefined;
  const key = spelled === "-h" ? "help" : spelled.slice(2);
  if (
    !Object.hasOwn(known, key) ||
    known[key]?.type === "positional" ||
    (!word.startsWith("--") && spelled !== "-h")
  ) {
    const flags = Object.keys(known).filter((flag) => known[flag]?.type !== "positional");
    const meant = nearest(key.replace(/^-+/, ""), flags, GRAVE);
    return usage(`there is no option ${quoted(spelled)}`, name, didYouMean(meant && `--${meant}`));
  }
  if (!takesValue(known, key)) {
    if (given !== undefined && given !== "true" && given !== "false") {
      return usage(`--${key} is a switch; it takes no value ${quoted(given)}`, name, `write --${key}`);
    }
    return ok({ key, value: given !== "false", took_next: false });
  }
  if (given !== undefined) return ok({ key, value: given, took_next: false });
  if (next === undefined || isFlag(next)) {
    const place = `<${known[key]?.valueHint ?? "value"}>`;
    const hint = `write --${key} ${place}, or --${key}=${place} for a value that starts with -`;
    return usage(`--${key} needs a value`, name, hint);
  }
  return ok({ key, value: next, took_next: true });
}

function readGlobals(flags: Flags): Result<Globals> {
  const text = (key: string) => flags.get(key) as string | undefined;
  for (const key of ["root", "feature"]) {
    if (text(key)?.trim() === "")
      return usage(`--${key} is blank`, undefined, "give it a value, or leave it out");
  }
  const timeout = parseSeconds(text("lock-timeout") ?? GLOBAL_ARGS["lock-timeout"].default);
  if (!timeout.ok) return timeout;
  return ok({
    feature: text("feature"),
    root: text("root"),
    here: flags.get("here") === true,
    lock_timeout_ms: timeout.value,
    help: flags.get("help") === true,
    version: flags.get("version") === true,
    licenses: flags.get("licenses") === true,
  });
}

/** `10`, `10s`, `0.5` and `500ms`, as milliseconds. */
function parseSeconds(text: string): Result<number> {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)(s|ms)?$/.exec(text.trim());
  if (match === null) {
    return usage(
      `--lock-timeout ${quoted(text)} is no number of seconds`,
      undefined,
      "write 10, 0.5 or 500ms",
    );
  }
  return ok(Number(match[1]) * (match[2] === "ms" ? 1 : 1000));
}

/** A command's own arguments by name, with defaults where it has them. */
function readArgs(
  name: string,
  flags: Flags,
  positionals: readonly string[],
): Result<Readonly<Record<string, unknown>>> {
  const verb = VERBS[name];
  const args = verb?.args ?? {};
  if (verb?.other_way !== undefined && flags.has(verb.other_way.option)) {
    const refused = refuseBeside(verb.other_way, name, args, flags, positionals);
    return refused ?? ok(namedArgs(args, [], flags, []));
  }
  const places = Object.keys(args).filter((key) => args[key]?.type === "positional");
  const extra = positionals[places.length];
  if (extra !== undefined && !verb?.takes_more) {
    const hint = GRAVE.includes(name)
      ? `lane ${name} --help says what it takes`
      : `lane ${name} ${placesOf(args)}`.trimEnd();
    return usage(`${quoted(extra)} is one argument too many`, name, hint);
  }
  for (const [i, key] of places.entries()) {
    if (args[key]?.required && positionals[i] === undefined) {
      return usage(`<${key}> is missing`, name, `lane ${name} ${placesOf(args)}`);
    }
  }
  for (const [key, arg] of Object.entries(args)) {
    if (arg.type !== "positional" && arg.required && !flags.has(key)) {
      return usage(`--${key} is missing`, name, `write --${key} <${arg.valueHint ?? key}>`);
    }
  }
  const named = namedArgs(args, places, flags, positionals);
  return ok(verb?.takes_more ? { ...named, _: positionals.slice(places.length) } : named);
}

function namedArgs(
  args: ArgsDef,
  places: readonly string[],
  flags: Flags,
  positionals: readonly string[],
): Readonly<Record<string, unknown>> {
  const named = Object.entries(args).map(([key, arg]): [string, unknown] => {
    const place = places.indexOf(key);
    return [key, place >= 0 ? positionals[place] : (flags.get(key) ?? arg.default)];
  });
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** With the option of a command's other way of being called, only few others make sense. */
function refuseBeside(
  { option, beside, hint }: NonNullable<Verb["other_way"]>,
  name: string,
  args: ArgsDef,
  flags: Flags,
  positionals: readonly string[],
): Refused | undefined {
  const [stray] = positionals;
  if (stray !== undefined) return usage(`${quoted(stray)} does not go with --${option}`, name, hint);
  const taken = [option, ...beside];
  const other = [...flags.keys()].find((key) => Object.hasOwn(args, key) && !taken.includes(key));
  return other === undefined ? undefined : usage(`--${other} does not go with --${option}`, name, hint);
}

/** What a command needs: `<wp> --to <lane>`. */
function placesOf(args: ArgsDef): string {
  const words = Object.entries(args).flatMap(([key, arg]) => {
    if (arg.type === "positional")
      return [arg.required ? `<${arg.valueHint ?? key}>` : `[${arg.valueHint ?? key}]`];
    return arg.required ? [`--${key} <${arg.valueHint ?? key}>`] : [];
  });
  return words.join(" ");
}

function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function takesValue(known: ArgsDef, key: string): boolean {
  return Object.hasOwn(known, key) && known[key]?.type === "string";
}

function didYouMean(word: string | undefined): string | undefined {
  return word && `did you mean ${word}?`;
}

function usage(message: string, name: string | undefined, hint?: string): Refused {
  const help = name === undefined ? "lane --help" : `lane ${name} --help`;
  return refuse("USAGE", name === undefined ? message : `lane ${name}: ${message}`, {
    hint: hint ?? `${help} lists what there is`,
  });
}
