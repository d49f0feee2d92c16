// Replaces a log by a copy of itself, again and again, until stdin ends; each file that was the
// log keeps a second name, as a checkout keeps none. Started by a test as another process.
// Arguments: the log, and the folder for the second names.

import { linkSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [log = "", kept = ""] = process.argv.slice(2);
let running = true;
process.stdin.on("end", () => {
  running = false;
});
process.stdin.resume();

for (let generation = 0; running; generation++) {
  linkSync(log, join(kept, String(generation)));
  const lines = readFileSync(log);
  if (lines.at(-1) === 10) {
    writeFileSync(`${log}.copy`, lines);
    renameSync(`${log}.copy`, log);
  }
  if (generation === 0) console.log("replacing");
  await Bun.sleep(Math.random() * 6);
}
