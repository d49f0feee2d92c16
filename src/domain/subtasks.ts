/** The checklist of a work package in `tasks.md`. */

// The dot takes every character, a lone CR too: else a line of blanks before one costs its square.
const HEADING = /^(#{1,6})[ \t]+(.*)$/s;
const ITEM = /^[ \t]*[-*+][ \t]+\[( |x|X)\][ \t]+(.*)$/s;
const FENCE_START = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/s;
const FENCE_END = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
const WP_MENTION = /\bWP\d{2,}\b/;

/**
 * The unchecked items below a work package's heading: one of level 2 to 4 whose first
 * WP id is this one, to the next heading of the same or a higher level.
 *
 * @param tasks_md the text of `tasks.md`
 * @returns the items' texts; empty as well when there is no such heading
 * @example uncheckedSubtasks("## WP01\n- [ ] T001 write it\n", "WP01") // ["T001 write it"]
 */
export function uncheckedSubtasks(tasks_md: string, wp_id: string): string[] {
  const unchecked: string[] = [];
  let section_level: number | undefined;
  let fence: string | undefined;
  for (const line of tasks_md.split(/\r?\n/)) {
    if (fence !== undefined) {
      if (FENCE_END.exec(line)?.[1]?.startsWith(fence)) fence = undefined;
      continue;
    }
    const [, backticks, tildes] = FENCE_START.exec(line) ?? [];
    fence = backticks ?? tildes;
    if (fence !== undefined) continue;
    const [, hashes, title] = HEADING.exec(line) ?? [];
    if (hashes !== undefined && title !== undefined) {
      const level = hashes.length;
      const ends = section_level !== undefined && level <= section_level;
      if (ends) section_level = undefined;
      const begins = level >= 2 && level <= 4 && WP_MENTION.exec(title)?.[0] === wp_id;
      if (section_level === undefined && begins) section_level = level;
      continue;
    }
    const [, box, text] = ITEM.exec(line) ?? [];
    if (section_level !== undefined && box === " ") unchecked.push((text ?? "").trim());
  }
  return unchecked;
}
