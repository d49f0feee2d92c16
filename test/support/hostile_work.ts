/** A project whose names would like to be more than names. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eventAt, lineAt, makeProject, SLUG, type TemporaryProject } from "./project.ts";

/** What a title can try: to end an element or an attribute, to run, to load, to turn text around. */
export const HOSTILE_TITLES = [
  "</title><script>document.title='owned'</script>",
  `"><img src=x onerror="document.title='owned'">`,
  "javascript:document.title='owned'",
  "'-->]]></style><svg onload=document.title='owned'>",
  `<a href="http://127.0.0.1:9/x">go</a><link rel=stylesheet href=//127.0.0.1:9/y>`,
  "&lt;b&gt; `$" + "{document.title='owned'}` {{7*7}}",
  "\u202egnp.exe\u2066 \u200bzero\ufeff",
  "url(http://127.0.0.1:9/z) expression(alert(1)) }*{background:url(//127.0.0.1:9)}",
  "x".repeat(300),
];

/** Who acts in it. */
export const HOSTILE_ACTOR = "\u001b]0;owned\u0007<b onclick=alert(1)>";

/** One work package for each title: some finished, some in progress, some waiting; and a second feature. */
export function makeHostileProject(): TemporaryProject {
  const lines: string[] = [];
  const project = makeProject({ files: {} });
  for (const [i, title] of HOSTILE_TITLES.entries()) {
    const wp_id = `WP0${i + 1}`;
    const page = `---\nwork_package_id: ${wp_id}\ntitle: ${JSON.stringify(title)}\nlane: planned\n---\n`;
    project.write(`tasks/${wp_id}-page.md`, page);
    if (i >= HOSTILE_TITLES.length - 1) continue;
    const at_minute = (minute: number) => 60 * i + minute;
    const parts = { wp_id, actor: HOSTILE_ACTOR, force: true, reason: HOSTILE_ACTOR };
    lines.push(lineAt(at_minute(0), { ...parts, from_lane: "planned", to_lane: "claimed" }));
    if (i % 3 > 0)
      lines.push(lineAt(at_minute(10 + 5 * i), { ...parts, ...after(at_minute(0)), to_lane: "done" }));
  }
  project.write("status.events.jsonl", lines.join(""));
  const other = join(dirname(project.folder), `${SLUG}-<svg onload=alert(1)>`, "meta.json");
  mkdirSync(dirname(other), { recursive: true });
  writeFileSync(other, "{}");
  return project;
}

/** What follows the claim of that minute, by one who knew of it. */
function after(minute: number) {
  return { from_lane: "claimed", parent_event_ids: [eventAt(minute).event_id] };
}
