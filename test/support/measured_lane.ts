/** Runs the compiled executable below a ceiling of memory, and says how much it took at most. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { NO_USER_SETTINGS } from "./git_user.ts";
import { type Answer, answerOf, cleanEnvironment, type Surroundings, type Words, wordsOf } from "./lane.ts";
import { makeFolder } from "./project.ts";

/** An answer, and what it took. */
export interface Measured extends Answer {
  /** The most memory that it held at once. */
  readonly peak_bytes: number;
}

/** How a run is fed and held. */
export interface Limits extends Pick<Surroundings, "env"> {
  /** A shell command whose output is its stdin; without one, stdin is empty. */
  readonly feed?: string;
  /** It is killed when it holds more. */
  readonly ceiling_bytes: number;
}

/**
 * Only a small process of its own can tell: a child starts with its parent's peak, and
 * what JavaScript engines reserve makes limits of the address space useless.
 */
const WATCHER = `
import os, sys, time
report, ceiling, out, err = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
child = os.fork()
if child == 0:
    for fd, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), fd)
    os.execv(sys.argv[5], sys.argv[5:])
while True:
    done, status, usage = os.wait4(child, os.WNOHANG)
    if done: break
    try:
        with open(f"/proc/{child}/statm") as f:
            if int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") > ceiling: os.kill(child, 9)
    except (OSError, IndexError): pass
    time.sleep(0.005)
code = os.waitstatus_to_exitcode(status)
with open(report, "w") as f: f.write(f"{code} {usage.ru_maxrss * 1024}")
`;

/** Runs `lane` in a folder; needs python3. */
export function measuredLane(folder: string, words: Words, { env, feed, ceiling_bytes }: Limits): Measured {
  using scratch = makeFolder();
  const [report, out, err] = ["report", "out", "err"].map((name) => join(scratch.path, name)) as [
    string,
    string,
    string,
  ];
  const watched = [
    "python3",
    "-c",
    WATCHER,
    report,
    String(ceiling_bytes),
    out,
    err,
    LANE,
    ...wordsOf(words),
  ];
  const command = feed === undefined ? watched : ["sh", "-c", `${feed} | "$0" "$@"`, ...watched];
  const { stderr } = Bun.spawnSync(command, {
    cwd: folder,
    env: { ...cleanEnvironment(), ...NO_USER_SETTINGS, ...env },
    stdin: "ignore",
  });
  if (stderr.length > 0) throw new Error(stderr.toString());
  const [code = Number.NaN, peak_bytes = Number.NaN] = readFileSync(report, "utf8").split(" ").map(Number);
  const answer = answerOf(folder, code, readFileSync(out, "utf8"), readFileSync(err, "utf8"));
  return { ...answer, peak_bytes };
}
