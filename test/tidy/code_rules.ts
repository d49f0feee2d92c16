/** What a file may hold, and how much of it. */

import { codeOnly } from "./mask.ts";
import { matches, offences, type Sources } from "./rule.ts";

export const LONGEST_FUNCTION_LINES = 70;
export const LONGEST_FILE_LINES = 400;

/** Functions that are longer than a screen. */
export function longFunctions(sources: Sources): string[] {
  return offences(sources, (_, source) =>
    functionsIn(source)
      .filter(({ lines }) => lines > LONGEST_FUNCTION_LINES)
      .map(({ line, lines }) => `line ${line}: ${lines} lines`),
  );
}

export function longFiles(sources: Sources): string[] {
  return offences(sources, (_, source) => {
    const lines = source.split("\n").length - 1;
    return lines > LONGEST_FILE_LINES ? [`${lines} lines`] : [];
  });
}

/** Printing and exiting anywhere but at the one edge. */
export function printsAndExits(sources: Sources): string[] {
  const edge = /\bconsole\b|\bprocess\.(?:exit|exitCode|abort|stdout|stderr)\b|\bprocess\[/g;
  return offences(sources, (path, source) =>
    path === "main.ts" || path === "cli/report.ts" ? [] : matches(codeOnly(source), edge),
  );
}

/** Ways around the compiler and the linter. */
export function waysAround(sources: Sources): string[] {
  const comments = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable/g;
  const types = /\bas any\b|[:<|&,]\s*any\b|\bas unknown as\b/g;
  return offences(sources, (_, source) => [
    ...matches(source, comments),
    ...matches(codeOnly(source), types),
  ]);
}

/** Files that do not begin by saying what they are. */
export function withoutDocComment(sources: Sources): string[] {
  return offences(sources, (_, source) => (/^\/\*\*[\s\S]+?\*\/\n/.test(source) ? [] : ["no doc comment"]));
}

// The sources are formatted: a function ends where its indentation comes back.
const HEAD =
  /\bfunction\b|=>\s*[{([]*$|^\s+(?:(?:static|async|get|set|override|private|public) )*[*#]?\w+(?:<.*>)?\(.*\{$|\bconstructor\(/;
const STATEMENT = /^\s*(?:\} )?(?:if|else|for|while|switch|catch|return|throw|do|try)\b/;

/** Every function that takes more than a line, with its first line and how many it has. */
function functionsIn(source: string): { line: number; lines: number }[] {
  const lines = codeOnly(source).trimEnd().split("\n");
  return lines.flatMap((text, i) => {
    const is_arrow = /=>\s*[{([]*$/.test(text);
    if (!HEAD.test(text) || (STATEMENT.test(text) && !is_arrow)) return [];
    const first = text.trimStart().startsWith(")") ? headOf(lines, i) : i;
    return [{ line: first + 1, lines: endOf(lines, i) - first + 1 }];
  });
}

/** The line that a list of parameters begins on. */
function headOf(lines: readonly string[], closing: number): number {
  for (let i = closing - 1; i >= 0; i--) {
    if (lines[i]?.trim() !== "" && indentOf(lines[i]) <= indentOf(lines[closing])) return i;
  }
  return closing;
}

function endOf(lines: readonly string[], head: number): number {
  for (let i = head + 1; i < lines.length; i++) {
    const text = lines[i] ?? "";
    if (text.trim() === "" || indentOf(text) > indentOf(lines[head])) continue;
    const closes = /^\s*[}\])]/.test(text);
    if (closes && /(?:[{([]|=>)$/.test(text)) continue;
    return closes ? i : i - 1;
  }
  return lines.length - 1;
}

function indentOf(line = ""): number {
  return line.length - line.trimStart().length;
}
