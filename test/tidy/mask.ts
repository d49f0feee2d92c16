/** TypeScript with its comments, or also its literals, blanked out: what is left is code, at the same places. */

/** Blanks comments; lines and columns stay where they are. */
export function withoutComments(source: string): string {
  return blank(source, (kind) => kind === "comment");
}

/** Blanks comments and the insides of texts, templates and regular expressions. */
export function codeOnly(source: string): string {
  return blank(source, () => true);
}

type Kind = "comment" | "text" | "regex";

/** A stretch of the source that is no code. */
interface Span {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

function blank(source: string, wanted: (kind: Kind) => boolean): string {
  let text = "";
  let done = 0;
  for (const { kind, start, end } of spansOf(source)) {
    if (!wanted(kind)) continue;
    text += source.slice(done, start) + source.slice(start, end).replace(/[^\n]/g, " ");
    done = end;
  }
  return text + source.slice(done);
}

function* spansOf(source: string): Generator<Span> {
  // For each template that is open: how many braces are open in its present `${…}`.
  const templates: number[] = [];
  for (let i = 0; i < source.length; ) {
    const span = spanAt(source, i, templates);
    if (span !== undefined) yield span;
    i = Math.max(i + 1, (span?.end ?? 0) + (span !== undefined && span.kind !== "comment" ? 1 : 0));
  }
}

/** The span that begins at a place; keeps count of the braces in templates. */
function spanAt(source: string, i: number, templates: number[]): Span | undefined {
  const char = source[i];
  const two = source.slice(i, i + 2);
  if (two === "//") return { kind: "comment", start: i, end: endOf(source, /\n|$/g, i) };
  if (two === "/*") return { kind: "comment", start: i, end: endOf(source, /\*\//g, i) + 2 };
  if (char === '"' || char === "'") {
    return { kind: "text", start: i + 1, end: endOf(source, unescaped(char), i + 1) };
  }
  if (char === "/" && startsRegex(source.slice(0, i))) {
    return { kind: "regex", start: i + 1, end: endOfRegex(source, i + 1) };
  }
  const depth = templates.length - 1;
  if (char === "{" && depth >= 0) templates[depth] = (templates[depth] ?? 0) + 1;
  if (char === "}" && depth >= 0 && templates[depth] !== 0) templates[depth] = (templates[depth] ?? 0) - 1;
  else if (char === "`" || (char === "}" && depth >= 0)) {
    if (char === "}") templates.pop();
    return templatePart(source, i + 1, templates);
  }
  return undefined;
}

/** The text of a template up to its end or to its next `${`. */
function templatePart(source: string, start: number, templates: number[]): Span {
  let end = start;
  while (end < source.length && source[end] !== "`" && source.slice(end, end + 2) !== "${") {
    end += source[end] === "\\" ? 2 : 1;
  }
  if (source[end] === "$") {
    templates.push(0);
    end++;
  }
  return { kind: "text", start, end };
}

/** A slash divides after a value, and begins a regular expression everywhere else. */
function startsRegex(before: string): boolean {
  const trimmed = before.trimEnd();
  return /(?:^|[([{,;:=!&|?+*%<>~^-]|\b(?:return|typeof|case|of|in|yield|await))$/.test(trimmed);
}

function endOfRegex(source: string, start: number): number {
  let in_class = false;
  for (let i = start; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "[") in_class = true;
    else if (source[i] === "]") in_class = false;
    else if (source[i] === "\n" || (source[i] === "/" && !in_class)) return i;
  }
  return source.length;
}

function unescaped(quote: string): RegExp {
  return new RegExp(`(?<!(?<!\\\\)(?:\\\\\\\\)*\\\\)${quote}|\\n`, "g");
}

function endOf(source: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(source)?.index ?? source.length;
}
