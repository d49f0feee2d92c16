// Appends lines to a log without the feature's lock, as other tools do, until stdin ends. Says their ids at the end.
// Arguments: the log, the longest pause between lines in ms, and whether each comes in two halves ("halves").

import { appendFileSync } from "node:fs";
import { encodeTime } from "ulid";
import { formatLine } from "../../src/domain/line.ts";
import { formatInstant } from "../../src/domain/time.ts";
import { eventAt } from "../support/project.ts";

const MOST_LINES = 1000;

const [log = "", pause_ms = "0", manner] = process.argv.slice(2);
let is_over = false;
void Bun.stdin.text().then(() => {
  is_over = true;
});
const ids: string[] = [];
while (!is_over && ids.length < MOST_LINES) {
  const now_ms = Date.now();
  const event_id = encodeTime(now_ms, 10) + String(ids.length).padStart(16, "F");
  const text = formatLine(
    eventAt(1, {
      event_id,
      wp_id: "WP90",
      at: formatInstant(now_ms * 1000),
      actor: "foreign",
      force: true,
      reason: "x",
    }),
  );
  const half = manner === "halves" ? Math.floor(text.length * Math.random()) : 0;
  if (half > 0) {
    appendFileSync(log, text.slice(0, half));
    await Bun.sleep(Math.random() * 3);
  }
  appendFileSync(log, text.slice(half));
  ids.push(event_id);
  await Bun.sleep(Number(pause_ms) * Math.random());
}
console.log(ids.join("\n"));
