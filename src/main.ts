/** One run, one exit. */

import { run } from "./cli/run.ts";

process.exit(await run(process.argv.slice(2), { cwd: process.cwd(), env: process.env }));
