/**
 * Words as shells have them: taking off the quotes of what was typed without asking a
 * shell, which would run what is in them, and putting on those that a value needs.
 */

/** The shells that lane has completions for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/** A word without its quotes. */
export interface PlainWord {
  readonly text: string;
  /** Where in the raw word a quote begins that does not end; undefined when all do. */
  readonly open_quote_at: number | undefined;
}

/**
 * A word as it stands in the line, perhaps not finished, without its quotes and escapes.
 * Nothing is expanded: `$HOME` stays `$HOME`.
 *
 * @example plainWord("bash", `"Ana K`) // { text: "Ana K", open_quote_at: 0 }
 */
export function plainWord(shell: Shell, raw: string): PlainWord {
  const { escapes_with, singles, doubles, inside } = RULES[shell];
  let text = "";
  let quote: { readonly at: number; readonly ends: string; readonly escapes: RegExp | undefined } | undefined;
  for (let i = 0; i < raw.length; i++) {
    const unit = raw[i] ?? "";
    const next = raw[i + 1];
    if (unit === escapes_with && next !== undefined && (quote === undefined || quote.escapes?.test(next))) {
      text += next;
      i++;
    } else if (quote === undefined && singles.includes(unit)) {
      quote = { at: i, ends: singles, escapes: inside.singles };
    } else if (quote === undefined && doubles.includes(unit)) {
      quote = { at: i, ends: doubles, escapes: inside.doubles };
    } else if (quote?.ends.includes(unit)) {
      // PowerShell writes a quote inside of quotes twice.
      if (shell === "powershell" && next !== undefined && quote.ends.includes(next)) text += raw[++i];
      else quote = undefined;
    } else text += unit;
  }
  return { text, open_quote_at: quote?.at };
}

/**
 * A word that takes the place of what was typed, so that the shell reads exactly `prefix + value`.
 *
 * Only for the shells that put in what they are given; zsh and fish quote by themselves.
 *
 * @param raw the word as it is typed: a quote that it opened is kept
 * @param prefix how the word begins, in letters that no shell minds
 * @param value has no control characters
 * @returns undefined when there is no such word
 * @example typedWord("bash", "An", "", "Ana K") // "Ana\\ K"
 */
export function typedWord(shell: Shell, raw: string, prefix: string, value: string): string | undefined {
  if (shell === "powershell") return powershellWord(prefix + value);
  // fish puts in a leading ~ as it is, and then reads it as a home folder.
  if (shell === "fish" && prefix === "" && value.startsWith("~")) return undefined;
  if (shell !== "bash") return prefix + value;
  if (!raw.startsWith(prefix)) return undefined;
  const { open_quote_at } = plainWord(shell, raw);
  if (open_quote_at === undefined) return prefix + value.replace(NOT_PLAIN_IN_BASH, "\\$&");
  if (open_quote_at !== prefix.length) return undefined;
  if (raw[open_quote_at] === "'") return `${prefix}'${value.replaceAll("'", "'\\''")}`;
  // Between double quotes nothing keeps bash from putting an earlier command in the place of "!…".
  return value.includes("!") ? undefined : `${prefix}"${value.replace(/[\\"$`]/g, "\\$&")}`;
}

/** Letters of other scripts need no backslash; `~` and `#` mean something only in front, but it does no harm. */
const NOT_PLAIN_IN_BASH = /[^A-Za-z0-9_%+=:,./@\u0080-\uffff-]|\s/g;

const SINGLES_OF_POWERSHELL = "'\u2018\u2019\u201a\u201b";
const DOUBLES_OF_POWERSHELL = '"\u201c\u201d\u201e';

/** Between single quotes, PowerShell expands nothing; every kind of them must stand there twice. */
function powershellWord(word: string): string {
  if (/^[A-Za-z0-9_./=-]+$/.test(word)) return word;
  return `'${word.replace(new RegExp(`[${SINGLES_OF_POWERSHELL}]`, "g"), "$&$&")}'`;
}

interface Rules {
  readonly escapes_with: string;
  readonly singles: string;
  readonly doubles: string;
  /** What the escape character works before, between quotes. */
  readonly inside: { readonly singles: RegExp | undefined; readonly doubles: RegExp };
}

const POSIX: Rules = {
  escapes_with: "\\",
  singles: "'",
  doubles: '"',
  inside: { singles: undefined, doubles: /[$`"\\]/ },
};

const RULES: Readonly<Record<Shell, Rules>> = {
  bash: POSIX,
  zsh: POSIX,
  fish: { ...POSIX, inside: { singles: /['\\]/, doubles: /[$"\\]/ } },
  powershell: {
    escapes_with: "`",
    singles: SINGLES_OF_POWERSHELL,
    doubles: DOUBLES_OF_POWERSHELL,
    inside: { singles: undefined, doubles: /[\s\S]/ },
  },
};
