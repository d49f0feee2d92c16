/** One run, one exit. */

import { VERSION_LINE } from "./cli/version.ts";

const words = process.argv.slice(2);
if (!(await isAnswered(words))) {
  const { runAndExit } = await import("./cli/run.ts");
  runAndExit(words, { cwd: process.cwd(), env: process.env }, (code) => process.exit(code));
}

/**
 * Answers a bare `--version`, which programs ask before all else, without the command tree and
 * node:fs: these cost more than starting does. What can't be written is left to the usual way,
 * which knows what that means.
 */
async function isAnswered([first, ...others]: readonly string[]): Promise<boolean> {
  if (first !== "--version" || others.length > 0) return false;
  const write = Bun.write(Bun.stdout, `${VERSION_LINE}\n`);
  return write.then(
    () => true,
    () => false,
  );
}
