// The tests in test/system/: they need Linux, python3, strace, faketime, tmux, chromium, zsh, fish, shellcheck, busybox,
// debootstrap and root, and watch the built executable at work.
// `--short` leaves out those that take minutes: hostile inputs by the hundred, a fresh Debian.

import { parseArgs } from "node:util";
import { runBun } from "./project.ts";
import { NO_RUN, runTests, summary } from "./test_run.ts";

const { values } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const LONG = ["test/system/exhaustion_*", "test/system/hostile_values*", "test/system/install_chroot*"];
const left_out = values.short ? LONG.map((pattern) => `--path-ignore-patterns=${pattern}`) : [];

const build = await runBun(["scripts/build.ts"]);
const tests =
  build.exitCode === 0 ? await runTests([...left_out, "./test/system/"]) : { ...build, counts: NO_RUN };
if (tests.exitCode !== 0) console.log(tests.output.trimEnd());
if (values.short) console.log(`Left out: ${LONG.join(", ")} (npm run test:system)`);
console.log(summary(tests.counts));
process.exitCode = tests.exitCode;
