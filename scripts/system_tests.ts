// The tests in test/system/: they need Linux, python3, strace, faketime, tmux, chromium, zsh, fish, shellcheck and root, and watch the built executable at work.

import { runBun } from "./project.ts";
import { NO_RUN, runTests, summary } from "./test_run.ts";

const build = await runBun(["scripts/build.ts"]);
const tests = build.exitCode === 0 ? await runTests(["./test/system/"]) : { ...build, counts: NO_RUN };
if (tests.exitCode !== 0) console.log(tests.output.trimEnd());
console.log(summary(tests.counts));
process.exitCode = tests.exitCode;
