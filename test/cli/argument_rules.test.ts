/** The argument rules, for every command of the tree: what is wrong is named, whatever the command. */

import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { readCall } from "../../src/cli/arguments.ts";
import { GLOBAL_ARGS, VERBS } from "../../src/cli/tree.ts";
import type { Verb } from "../../src/cli/verb.ts";
import { refusalOf } from "../support/project.ts";

for (const [name, verb] of Object.entries(VERBS)) {
  const args: ArgsDef = { ...GLOBAL_ARGS, ...verb.args };
  const needed = neededWords(name, verb);
  const valued = Object.keys(args).filter((key) => args[key]?.type === "string");
  const switches = Object.keys(args).filter((key) => args[key]?.type === "boolean");

  describe(`lane ${name}`, () => {
    test("is understood with what it needs", () => {
      expect(readCall(needed)).toMatchObject({ ok: true, value: { name } });
    });

    test("refuses an option that does not exist, before and behind its arguments", () => {
      const message = `lane ${name}: there is no option "--frobnicate"`;
      expect(usageOf([...needed, "--frobnicate"]).message).toBe(message);
      expect(usageOf([name, "--frobnicate=x", ...needed.slice(1)]).message).toBe(message);
      expect(usageOf([...needed, "-x"]).message).toBe(`lane ${name}: there is no option "-x"`);
      expect(usageOf(["--frobnicate", ...needed])).toMatchObject({
        message: 'there is no option "--frobnicate" before the command',
        hint: "options of a command stand after its name",
      });
    });

    test("names the option that a misspelt one was meant to be", () => {
      for (const key of [...valued, ...switches]) {
        const misspelt = `${key.slice(0, -1)}${key.endsWith("z") ? "y" : "z"}`;
        if (Object.hasOwn(args, misspelt)) continue;
        const { hint } = usageOf([...needed, `--${misspelt}`]);
        expect({ misspelt, hint }).toEqual({ misspelt, hint: expect.stringMatching(/^did you mean --/) });
      }
    });

    test("refuses an argument too many, unless it takes more words", () => {
      const places = Object.values(verb.args).filter(({ type }) => type === "positional");
      const words = [...needed.filter((word) => word !== "1"), ...places.map(() => "1"), "extra"];
      if (verb.takes_more) return expect(readCall(words).ok).toBe(true);
      const { message, hint } = usageOf(words);
      expect(message).toBe(`lane ${name}: "extra" is one argument too many`);
      expect(hint).toStartWith(`lane ${name}`);
    });

    test("refuses a missing value: at the end, before another option, before --, and one with a dash", () => {
      for (const key of valued) {
        const words = withoutOption(needed, key);
        const message = `lane ${name}: --${key} needs a value`;
        expect(usageOf([...words, `--${key}`]).message).toBe(message);
        expect(usageOf([...words, `--${key}`, "--json"]).message).toBe(message);
        expect(usageOf([...words, `--${key}`, "--", "x"]).message).toBe(message);
        const { message: dashed, hint } = usageOf([...words, `--${key}`, "-1"]);
        expect(dashed).toBe(message);
        expect(hint).toEndWith(`or --${key}=<${args[key]?.valueHint}> for a value that starts with -`);
      }
    });

    test("takes a lone dash, a number and a joined value that starts with a dash as text", () => {
      for (const key of Object.keys(verb.args).filter((one) => valued.includes(one))) {
        if (key === verb.other_way?.option) continue;
        const words = withoutOption(needed, key);
        expect(argsOf([...words, `--${key}`, "-"])[key]).toBe("-");
        expect(argsOf([...words, `--${key}`, "123"])[key]).toBe("123");
        expect(argsOf([...words, `--${key}=-1`])[key]).toBe("-1");
        expect(argsOf([...words, `--${key}=`])[key]).toBe("");
      }
    });

    test("refuses each single-valued option given twice, in either form", () => {
      for (const key of valued) {
        const words = withoutOption(needed, key);
        const twice = { message: `lane ${name}: --${key} is given twice`, hint: "give it once" };
        expect(usageOf([...words, `--${key}`, "1", `--${key}`, "1"])).toMatchObject(twice);
        expect(usageOf([...words, `--${key}=1`, `--${key}`, "2"])).toMatchObject(twice);
      }
    });

    test("takes a switch repeated, with =true and with =false, and refuses another value", () => {
      for (const key of switches) {
        const on = readCall([...needed, `--${key}`]);
        expect(on.ok).toBe(true);
        expect(readCall([...needed, `--${key}=true`])).toEqual(on);
        expect(readCall([...needed, `--${key}`, `--${key}`])).toEqual(on);
        const off = readCall([...needed, `--${key}=false`]);
        expect(off.ok).toBe(true);
        if (Object.hasOwn(verb.args, key)) expect(argsOf([...needed, `--${key}=false`])[key]).toBe(false);
        expect(usageOf([...needed, `--${key}=maybe`])).toMatchObject({
          message: `lane ${name}: --${key} is a switch; it takes no value "maybe"`,
          hint: `write --${key}`,
        });
      }
    });

    test("takes global options before and behind its name alike", () => {
      const globals = [
        "--json",
        "--feature",
        "034",
        "--root=.",
        "--here",
        "--lock-timeout",
        "2",
        "--no-color",
      ];
      const behind = readCall([...needed, ...globals]);
      expect(behind.ok).toBe(true);
      expect(readCall([...globals, ...needed])).toEqual(behind);
      expect(readCall([name, ...globals, ...needed.slice(1)])).toEqual(behind);
    });

    test("refuses what it needs when it is missing", () => {
      const required = Object.entries(verb.args).filter(([, arg]) => arg.required);
      if (required.length === 0) return expect(readCall([name]).ok).toBe(true);
      expect(usageOf([name]).message).toMatch(/^lane [a-z-]+: (?:<[a-z-]+>|--[a-z-]+) is missing$/);
    });
  });
}

test("readCall() refuses a misspelt command and names the one that was meant", () => {
  for (const name of Object.keys(VERBS).filter((one) => one.length > 4)) {
    const swapped = `${name[1]}${name[0]}${name.slice(2)}`;
    expect(usageOf([swapped])).toMatchObject({
      message: `there is no command "${swapped}"`,
      hint: `did you mean lane ${name}?`,
    });
  }
});

test("readCall() takes words beyond the positionals only where the command says so", () => {
  expect(argsOf(["help", "exit", "codes"])).toEqual({ topic: "exit", _: ["codes"] });
  expect(argsOf(["help", "--json", "a", "--here", "b", "--", "--c"])).toEqual({
    topic: "a",
    _: ["b", "--c"],
  });
  expect(argsOf(["help"])).toEqual({ _: [] });
  expect(usageOf(["show", "WP01", "WP02"]).message).toBe('lane show: "WP02" is one argument too many');
});

/** A call with what the command needs and nothing else. */
function neededWords(name: string, { args }: Verb): string[] {
  const words = Object.entries(args).flatMap(([key, arg]) => {
    if (!arg.required) return [];
    return arg.type === "positional" ? ["1"] : [`--${key}=x`];
  });
  return [name, ...words];
}

function withoutOption(words: readonly string[], key: string): string[] {
  return words.filter((word) => !word.startsWith(`--${key}=`));
}

function usageOf(words: readonly string[]) {
  const refusal = refusalOf(readCall(words));
  expect(refusal.code).toBe("USAGE");
  return refusal;
}

function argsOf(words: readonly string[]): Readonly<Record<string, unknown>> {
  const call = readCall(words);
  if (!call.ok) throw new Error(`${words.join(" ")}: ${call.refusal.message}`);
  return call.value.args;
}
