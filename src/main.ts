/** One run, one exit. */

import { run } from "./cli/run.ts";
import { awaitLocks } from "./cli/signals.ts";

awaitLocks((code) => process.exit(code));

run(process.argv.slice(2), { cwd: process.cwd(), env: process.env }).then((code) => process.exit(code));
