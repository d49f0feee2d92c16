// What release.ts is asked for. What is wrong is said before anything is built.

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isAddress } from "./installers.ts";
import { CACHE } from "./runtimes.ts";
import { chosenTargets, type Target } from "./targets.ts";

export interface Options {
  readonly targets: readonly Target[];
  /** As it was given; what the second build is asked for, too. */
  readonly only: string | undefined;
  readonly out: string;
  readonly url: string;
  readonly runtimes: string;
  readonly verify: boolean;
  readonly no_checks: boolean;
  readonly allow_dirty: boolean;
}

/** @returns the options, or what is wrong with them */
export function readOptions(words: string[]): Options | { problem: string } {
  try {
    const { "no-checks": no_checks, "allow-dirty": allow_dirty, only, ...values } = parsed(words);
    if (values.verify && allow_dirty) {
      return {
        problem:
          "--verify makes it again from a clone, which has only what is in a commit: --allow-dirty does not go with it",
      };
    }
    if (!isAddress(values.url)) {
      return { problem: `--url ${JSON.stringify(values.url)} holds what is no address` };
    }
    const [out, runtimes] = [resolve(values.out), resolve(values.runtimes)];
    return { ...values, targets: chosenTargets(only), only, out, runtimes, no_checks, allow_dirty };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function parsed(words: string[]) {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: "string" },
      out: { type: "string", default: join("dist", "release") },
      url: { type: "string", default: "" },
      runtimes: { type: "string", default: CACHE },
      verify: { type: "boolean", default: false },
      "no-checks": { type: "boolean", default: false },
      "allow-dirty": { type: "boolean", default: false },
    },
  });
  return values;
}
