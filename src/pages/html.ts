/** HTML and SVG by a template that escapes: whatever is put in is text, unless it is {@link Html} already. */

import { visible } from "../domain/text.ts";

/** Markup that is safe to put into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes; nothing comes of `null` and `false`. */
export type Part = Html | string | number | null | false | readonly Part[];

/**
 * Markup with parts put in, between tags or into quoted attributes.
 *
 * @example html`<b title="${'"x"'}">${"<i>"}</b>`.text // '<b title="&quot;x&quot;">&lt;i&gt;</b>'
 */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: markup }, ...parts.map(textOf)));
}

function textOf(part: Part): string {
  if (part === null || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escaped(part);
  return typeof part === "number" ? String(part) : part.map(textOf).join("");
}

/** On one line, with what is invisible spelled out. */
function escaped(text: string): string {
  return visible(text.replace(/\s+/g, " ")).replace(/[&<>"'`]/g, (unit) => `&#${unit.charCodeAt(0)};`);
}
