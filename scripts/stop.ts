// A signal ends long work between two of its steps, so that its temporary folders are removed: they can hold a gigabyte.

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGHUP", "SIGTERM"] as const;

let exit_code: number | undefined;

/** From now on a signal is heard by {@link stopIfAsked}; a second one ends the process at once. */
export function listenForSignals(): void {
  for (const name of SIGNALS) {
    process.once(name, () => {
      exit_code = 128 + constants.signals[name];
    });
  }
}

/** What the script is to end with, if a signal came. */
export async function askedToStop(): Promise<number | undefined> {
  // Programs are run without giving way to anything else: this is where signals arrive.
  await Bun.sleep(0);
  return exit_code;
}

/** @throws when a signal came */
export async function stopIfAsked(): Promise<void> {
  if ((await askedToStop()) !== undefined) throw new Error("stopped by a signal");
}
