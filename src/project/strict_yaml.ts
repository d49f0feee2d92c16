/** YAML read strictly: every problem with its line, and no more time or memory than the text is worth. */

import type { Document, Node, ParsedNode } from "yaml";
import type { Problem } from "./settings.ts";

/** A text as its parts, each with its place. */
export interface StrictYaml {
  readonly document: Document.Parsed;
  readonly value: unknown;
  /** The line of an offset, counted from 1. */
  readonly lineAt: (offset: number) => number;
}

/** A larger one could take the parser, which keeps every character's place, a gigabyte. */
export const LARGEST_STRICT_BYTES = 256 * 1024;

/** Reads one document. @returns what is wrong with it, where anything is */
export async function readStrictly(text: string): Promise<StrictYaml | { readonly problems: Problem[] }> {
  if (text.length > LARGEST_STRICT_BYTES) {
    return atStart(`${text.length} characters are too large; at most ${LARGEST_STRICT_BYTES} are read`);
  }
  const { LineCounter, parseDocument, isMap, isScalar, isSeq } = await import("yaml");
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  try {
    // The parser's own search for keys that stand there twice takes the square of their number.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const repeated = repeatedKeys(document.contents, { isMap, isScalar, isSeq });
    const problems = [
      ...document.errors.map(({ pos, code, message }) => ({
        line: lineAt(pos[0]),
        problem: code === "MULTIPLE_DOCS" ? "a second document begins; only one is read" : wordsOf(message),
      })),
      ...repeated.map((offset) => ({ line: lineAt(offset), problem: "Map keys must be unique" })),
    ];
    if (problems.length > 0) return { problems: problems.sort((a, b) => a.line - b.line) };
    return { document, value: document.toJS(), lineAt };
  } catch (error) {
    // Aliases that would grow without end, or a depth that the parser has no stack for.
    return atStart(wordsOf((error as Error).message));
  }
}

type Kinds = Pick<typeof import("yaml"), "isMap" | "isScalar" | "isSeq">;

/** The offsets of keys that stood in the same map before; with a stack of its own, however deep it is. */
function repeatedKeys(contents: ParsedNode | null, { isMap, isScalar, isSeq }: Kinds): number[] {
  const repeated: number[] = [];
  const left: unknown[] = [contents];
  for (let node = left.pop(); left.length > 0 || node != null; node = left.pop()) {
    if (isSeq(node)) for (const item of node.items) left.push(item);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      left.push(key, value);
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) repeated.push((key as Node).range?.[0] ?? 0);
      seen.add(key.value);
    }
  }
  return repeated;
}

function atStart(problem: string) {
  return { problems: [{ line: 1, problem }] };
}

/** The parser tells of an exhausted stack as of any other problem. */
function wordsOf(message: string): string {
  return message.startsWith("Maximum call stack size exceeded") ? "it is nested too deeply" : message;
}
