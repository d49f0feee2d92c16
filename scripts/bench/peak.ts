// Runs a program and says on stderr how much memory it took at most, in bytes.
// It is a process of its own, and a small one: Linux counts what a program's parent holds as the program's own.

const { exitCode, resourceUsage } = Bun.spawnSync({
  cmd: process.argv.slice(2),
  stdin: "ignore",
  stdout: "inherit",
  stderr: "ignore",
});
console.error(resourceUsage.maxRSS);
process.exitCode = exitCode;
