/** One run, one exit. */

import { run } from "./cli/run.ts";

run(process.argv.slice(2), { cwd: process.cwd(), env: process.env }).then((code) => process.exit(code));
