/** A terminal of its own for a call of lane. Needs `script` (util-linux). */

import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "./lane.ts";
import type { TemporaryProject } from "./project.ts";

/**
 * Runs a shell line that begins with a call of lane, on a terminal of its own.
 *
 * @param wrapper a program that runs lane, with its own arguments
 */
export function onTerminal(
  project: TemporaryProject,
  line: string,
  env: Readonly<Record<string, string>>,
  width_columns = 200,
  wrapper: readonly string[] = [],
): { code: number; shown: string } {
  const before = wrapper.map((word) => `'${word}' `).join("");
  const shell = `stty cols ${width_columns}; ${before}"$LANE" ${line}`;
  const { exitCode, stdout } = Bun.spawnSync(["script", "-qec", shell, "/dev/null"], {
    cwd: project.root,
    env: { ...cleanEnvironment(), ...env, LANE },
    stdin: "ignore",
  });
  return { code: exitCode, shown: stdout.toString() };
}
