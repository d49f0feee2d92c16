/**
 * Lines of ours in a file that belongs to others: put in between two markers, and taken
 * out again so that the file is what it was, to the byte.
 *
 * What must be known to give the bytes back stands in the opening marker. Texts come as
 * one character per byte (latin1), so bytes that are no valid UTF-8 survive.
 */

/** What the opening marker remembers. */
type Note = "" | " (file made by lane)" | " (line end added)";

const NOTES: readonly Note[] = ["", " (file made by lane)", " (line end added)"];

/** Lines of ours. */
export interface OwnLines {
  /** What tells this block from others of ours in the same file. */
  readonly label: string;
  readonly lines: readonly string[];
  /** How the file writes comments; left out: `#`. */
  readonly form?: MarkerForm;
}

/** How a marker is written as a comment: the opening one with what it remembers. */
export interface MarkerForm {
  readonly opening: (label: string, note: string) => string;
  readonly closing: (label: string) => string;
}

/** Comments as scripts and git's files have them. */
const HASH: MarkerForm = {
  opening: (label, note) => `# >>> ${label}${note} >>>`,
  closing: (label) => `# <<< ${label} <<<`,
};

/** Comments as Markdown has them. */
export const MARKDOWN: MarkerForm = {
  opening: (label, note) => `<!-- ${label}${note} -->`,
  closing: (label) => `<!-- /${label} -->`,
};

/** Where a block goes in a file that has none yet. */
export interface BlockPlace {
  readonly at: "end" | "second line";
  /** Whether the file is one that we are making. */
  readonly is_new: boolean;
}

/** A file without our lines. */
export interface WithoutOwnLines {
  readonly text: string;
  /** Whether it was us who made the file. */
  readonly made_by_lane: boolean;
}

/**
 * The text with our lines in it. A block that is there is brought up to date where it
 * stands; more of them (two branches that were merged) become one.
 *
 * @param text one character per byte
 * @returns the same text when nothing has to change
 * @example putOwnLines("a\n", { label: "x", lines: ["b"] }, { at: "end", is_new: false })
 *   // "a\n# >>> x >>>\nb\n# <<< x <<<\n"
 */
export function putOwnLines(text: string, own: OwnLines, place: BlockPlace): string {
  const [block, ...others] = blocksIn(text, own.label, own.form);
  if (block === undefined) return addBlock(text, own, place);
  const single = others.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  const { start, end, note, line_end } = block;
  return single.slice(0, start) + blockText(own, note, line_end) + single.slice(end);
}

/**
 * The text as it was before {@link putOwnLines}; what others added since is kept.
 *
 * @returns undefined when nothing in it is ours
 */
export function takeOwnLines(text: string, label: string, form?: MarkerForm): WithoutOwnLines | undefined {
  const blocks = blocksIn(text, label, form);
  if (blocks.length === 0) return undefined;
  return {
    text: blocks.reduceRight(withoutBlock, text),
    made_by_lane: blocks.some(({ note }) => note === " (file made by lane)"),
  };
}

/** A marker without its other half: nobody can say where our lines begin or end. */
export interface BrokenMarker {
  /** Counted from 1. */
  readonly line: number;
  readonly problem: string;
  readonly remedy: string;
}

/** The first marker that has no other half. */
export function brokenMarker(text: string, label: string, form = HASH): BrokenMarker | undefined {
  const [first, last] = [form.opening(label, ""), form.closing(label)];
  const openings = new Set(NOTES.map((note) => bytewise(form.opening(label, note))));
  let open_line: number | undefined;
  for (const [i, line] of text
    .slice(markWidth(text))
    .split(/\r?(?:\n|$)/)
    .entries()) {
    if (openings.has(line)) {
      if (open_line !== undefined) break;
      open_line = i + 1;
    } else if (line === bytewise(last)) {
      if (open_line === undefined) {
        const remedy = `take that line out, or put ${first} where lane's text begins`;
        return { line: i + 1, problem: `${last} stands there without ${first} above it`, remedy };
      }
      open_line = undefined;
    }
  }
  if (open_line === undefined) return undefined;
  const remedy = `put ${last} where lane's text ends, or take that line out`;
  return { line: open_line, problem: `${first} stands there without ${last} below it`, remedy };
}

/** Whether a file is one that lane made, going by any of its blocks. */
export function isMadeByLane(text: string): boolean {
  return /^# >>> [^\n]* \(file made by lane\) >>>\r?$/m.test(text);
}

/** A text as one character for each byte of its UTF-8. */
export function bytewise(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** How many bytes the byte order mark takes that some editors put before a text. */
function markWidth(text: string): number {
  return text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
}

interface Block {
  readonly start: number;
  /** Behind the line end of the closing marker. */
  readonly end: number;
  readonly note: Note;
  readonly line_end: string;
}

// A carriage return at the very end belongs to the line end that may be added behind it.
const LINE = /([^\n]*?)(\r?(?:\n|$))/gy;

/** An opening marker and the next closing one; a lone marker is somebody else's text. */
function blocksIn(text: string, label: string, form = HASH): Block[] {
  const openings = new Map(NOTES.map((note) => [bytewise(form.opening(label, note)), note]));
  const closing = bytewise(form.closing(label));
  const blocks: Block[] = [];
  let open: Omit<Block, "end"> | undefined;
  for (const { 0: whole, 1: line = "", 2: line_end = "", index: start } of text.matchAll(LINE)) {
    const mark = start === 0 ? markWidth(text) : 0;
    const note = openings.get(line.slice(mark));
    if (note !== undefined) open = { start: start + mark, note, line_end };
    if (open === undefined || line !== closing) continue;
    blocks.push({ ...open, end: start + whole.length });
    open = undefined;
  }
  return blocks;
}

function addBlock(text: string, own: OwnLines, { at, is_new }: BlockPlace): string {
  const first_line_end = text.indexOf("\n") + 1;
  const line_end = text[first_line_end - 2] === "\r" && first_line_end > 1 ? "\r\n" : "\n";
  const offset = at === "end" || first_line_end === 0 ? text.length : first_line_end;
  const before = text.slice(0, offset);
  const is_open = before !== "" && !before.endsWith("\n");
  const note = is_new ? " (file made by lane)" : is_open ? " (line end added)" : "";
  return before + (is_open ? line_end : "") + blockText(own, note, line_end) + text.slice(offset);
}

function withoutBlock(text: string, { start, end, note, line_end }: Block): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  // What was added behind the block since needs the line end that we added before it.
  if (note !== " (line end added)" || after !== "") return before + after;
  const added = before.endsWith(line_end) ? line_end : before.endsWith("\n") ? "\n" : "";
  return before.slice(0, before.length - added.length);
}

function blockText({ label, lines, form = HASH }: OwnLines, note: Note, line_end: string): string {
  const all = [form.opening(label, note), ...lines, form.closing(label)];
  return all.map((line) => bytewise(line) + line_end).join("");
}
