/** Small facts about text that several rules share. */

/**
 * Whether a text counts as given: there, and not blank after `trim()`.
 *
 * @example isGiven("  ") // false
 */
export function isGiven(text: string | null | undefined): text is string {
  return typeof text === "string" && text.trim() !== "";
}

/** A text as it is stored: untrimmed when given, else null. */
export function givenOrNull(text: string | null | undefined): string | null {
  return isGiven(text) ? text : null;
}

// C0 and C1 controls and DEL drive terminals; bidirectional controls, line separators, tags,
// fillers and most zero-width characters make text look like other text. The two joiners (U+200C,
// U+200D) stay: emoji and several scripts are written with them.
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

/**
 * A text from a log, a page or a user, safe to print on one line: every control,
 * escape, bidirectional and other invisible character is spelled out.
 *
 * @example visible("a\u001b[31m") // "a\\u001b[31m"
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (found) => {
    if (found === "\n") return "\\n";
    if (found === "\t") return "\\t";
    if (found === "\r") return "\\r";
    return [...found.split("")].map((unit) => `\\u${hex4(unit)}`).join("");
  });
}

/** A visible text in double quotes, cut to a length that fits a message. */
export function quoted(text: string, longest_chars = 80): string {
  const cut = text.length > longest_chars ? `${text.slice(0, longest_chars)}…` : text;
  return `"${visible(cut)}"`;
}

/** A UTF-16 unit as four lower-case hex digits. */
export function hex4(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, "0");
}

/**
 * An option as it can be pasted into a POSIX shell. A value that can't be shown is left
 * for the reader to fill in.
 *
 * @example shellOption("--actor", "anna k") // "--actor 'anna k'"
 * @example shellOption("--actor", "-x") // "--actor=-x"
 */
export function shellOption(name: string, value: string): string {
  return `${name}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

/** A word as it can be pasted into a POSIX shell. */
export function shellWord(text: string): string {
  if (visible(text) !== text || text === "") return "<…>";
  if (/^[A-Za-z0-9_@%+=:,./-][A-Za-z0-9_@%+=:,./#-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A file's text without the mark that some editors put first, which no JSON parser reads. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
