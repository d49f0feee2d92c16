/**
 * `lane complete`: what could stand at the end of a command line. The scripts of `lane
 * completions` ask it at every Tab, so it says nothing but the answer, whatever happens.
 *
 * The first line of the answer is the kind: `words`, `files` or `folders`; with the last
 * two, the prefix after which the path begins. Then, for words, one a line: the word as the
 * shell takes it (bash and PowerShell put it in as it is, zsh and fish quote it), and after
 * a tab what it is.
 */

import type { Candidate, CompleteData } from "../contract/completions.ts";
import { refuse } from "../domain/refusal.ts";
import { plainWord, SHELLS, type Shell, typedWord } from "../domain/shell_words.ts";
import { isGiven, quoted, visible } from "../domain/text.ts";
import { type Asked, readLine } from "./completion_line.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { cutTo, type Style, safe } from "./style.ts";

export async function complete(
  args: { shell: string; _: readonly string[] },
  invocation: Invocation,
): Promise<Outcome> {
  const shell = SHELLS.find((known) => known === args.shell);
  if (shell === undefined) {
    return refuse("USAGE", `lane complete: there is no shell ${quoted(args.shell)}`, {
      hint: `there are: ${SHELLS.join(", ")}`,
    });
  }
  const words = readWords(shell, args._);
  const current = words.raw.at(-1) ?? "";
  const data = await answer(words.plain, invocation);
  return { ok: true, data, warnings: [], text: (style) => textOf(data, shell, current, style) };
}

/** The words with and without their quotes. */
function readWords(shell: Shell, given: readonly string[]): { raw: readonly string[]; plain: string[] } {
  // Windows' PowerShell loses empty words and quotes on the way: its script sends `.` and the word's URI form.
  const raw = shell === "powershell" ? given.map((word) => fromUri(word.slice(1))) : given;
  // fish itself takes the quotes off the words before the current one.
  const plain = raw.map((word, i) =>
    shell === "fish" && i < raw.length - 1 ? word : plainWord(shell, word).text,
  );
  return { raw, plain };
}

/** What is no URI form stays as it is. */
function fromUri(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** A Tab must not disturb the line: where there is no project, or a broken one, nothing fits. */
async function answer(words: readonly string[], invocation: Invocation): Promise<CompleteData> {
  try {
    const asked = readLine(invocation.tree, words);
    const { source, prefix } = asked;
    if (source.from === "files" || source.from === "folders")
      return { kind: source.from, prefix, candidates: [] };
    const found =
      source.from === "fixed"
        ? source.candidates
        : await (await import("./completion_values.ts")).candidatesFor(source, asked, invocation);
    return { kind: "words", prefix, candidates: found.filter((one) => fits(one, asked)) };
  } catch {
    return { kind: "words", prefix: "", candidates: [] };
  }
}

function fits({ value }: Candidate, { source, typed, is_dash_refused }: Asked): boolean {
  const begins = source.from === "work_packages" ? typed.toUpperCase() : typed;
  return (
    value.startsWith(begins) &&
    isGiven(value) &&
    visible(value) === value &&
    // It would be read as an option.
    !(is_dash_refused && value.startsWith("-") && value !== "-")
  );
}

/** What is behind the word must leave room for it on a line of a small terminal. */
const LONGEST_DESCRIPTION_COLUMNS = 76;

function textOf({ kind, prefix, candidates }: CompleteData, shell: Shell, raw: string, style: Style): string {
  if (kind !== "words") return `${kind} ${prefix}`.trimEnd();
  const lines = candidates.flatMap(({ value, description }) => {
    const word = typedWord(shell, raw, prefix, value);
    if (word === undefined) return [];
    const shown = cutTo(safe(description), LONGEST_DESCRIPTION_COLUMNS, style);
    return [shown === "" ? word : `${word}\t${shown}`];
  });
  return [kind, ...lines].join("\n");
}
