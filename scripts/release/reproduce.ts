// Makes the same release again, from a clone in another folder, and holds the two against each other.

import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";
import { ROOT, withTemporaryFolder } from "../project.ts";
import type { Options } from "./options.ts";

/** Tells how far a machine could try it, so that it may differ from one to the next; and the sums with it. */
const OF_THE_MACHINE = ["RELEASE_NOTES.md", "SHA256SUMS"];
/** What a build takes from node_modules. */
export const NEEDED = [...Object.keys(packageJson.dependencies), "nanotar", "fflate", "bun-types"];

/** Fails where a file differs. */
export async function compareWithSecondBuild(
  out: string,
  { only, url, runtimes }: Pick<Options, "only" | "url" | "runtimes">,
): Promise<void> {
  await withTemporaryFolder((folder) => {
    const clone = join(folder, "a-clone");
    run(ROOT, ["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone]);
    for (const name of NEEDED) {
      cpSync(join(ROOT, "node_modules", name), join(clone, "node_modules", name), { recursive: true });
    }
    const again = join(folder, "again");
    const selection = only === undefined ? [] : ["--only", only];
    const places = ["--out", again, "--url", url, "--runtimes", runtimes];
    run(clone, [process.execPath, "scripts/release.ts", ...selection, ...places, "--no-checks"]);
    const different = differences(out, again);
    if (different.length > 0) throw new Error(`built again, other bytes are in: ${different.join(", ")}`);
    console.log(`Built again from a clone in ${clone}: the same bytes.`);
  });
}

/** Files that only one of two folders has, or that differ. */
export function differences(one: string, other: string): string[] {
  const names = new Set(
    [...readdirSync(one), ...readdirSync(other)].filter((name) => !OF_THE_MACHINE.includes(name)),
  );
  return [...names].sort().filter((name) => {
    const [here, there] = [join(one, name), join(other, name)];
    return !existsSync(here) || !existsSync(there) || !readFileSync(here).equals(readFileSync(there));
  });
}

function run(cwd: string, command: string[]): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
}
