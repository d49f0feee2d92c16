/** One run, one exit. */

import { EXIT_INTERRUPTED, EXIT_TERMINATED } from "./cli/report.ts";
import { run } from "./cli/run.ts";

// With a handler a signal waits until the code that holds a lock is through: an emit is
// finished or not begun, never between.
process.once("SIGINT", () => process.exit(EXIT_INTERRUPTED));
process.once("SIGTERM", () => process.exit(EXIT_TERMINATED));

run(process.argv.slice(2), { cwd: process.cwd(), env: process.env }).then((code) => process.exit(code));
