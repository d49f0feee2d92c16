/** Takes our settings out of the text of a git config, to the byte. */

import { DRIVERS } from "./drivers.ts";

/**
 * The text without what `git config` wrote for our drivers. Git's own `--remove-section`
 * would take along what people added behind it, and leave the line end that git added.
 *
 * @param text one character per byte
 * @param options.line_end_added whether the text had no line end before ours came
 */
export function withoutOurSections(text: string, options: { line_end_added: boolean }): string {
  const left = Object.values(DRIVERS).reduce(withoutSection, text);
  const were_last = left !== text && text.startsWith(left);
  return options.line_end_added && were_last ? left.replace(/\n$/, "") : left;
}

function withoutSection(text: string, driver: string): string {
  const header = `[merge "${driver}"]\n`;
  const start = text.startsWith(header) ? 0 : text.indexOf(`\n${header}`) + 1;
  if (start === 0 && !text.startsWith(header)) return text;
  const [ours = ""] = /^(?:\t(?:name|driver) = [^\n]*\n?)*/.exec(text.slice(start + header.length)) ?? [];
  const behind = text.slice(start + header.length + ours.length);
  const [section = ""] = behind.split(/^[ \t]*\[/m, 1);
  // A setting that somebody added needs the header; a comment does not.
  const is_shared = section.split("\n").some((line) => /^[ \t]*[^\s#;]/.test(line));
  return text.slice(0, start) + (is_shared ? header : "") + behind;
}
