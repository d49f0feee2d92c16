/** Waits for files to change, whoever changes them and by whatever way: writes, renames, checkouts. */

import { type FSWatcher, statSync, watch } from "node:fs";

/** Signs that come together are one change. */
const GATHER_MS = 20;

/** What {@link Changes} looks at. */
export interface Watched {
  /** The system tells of changes in these, where it can. */
  readonly folders: readonly string[];
  /** What decides whether anything changed; where there is none, it may have at any time. */
  readonly files: readonly string[];
}

/**
 * Tells when files may have changed. The system's own signs come soon, but some get lost, and
 * none comes for a folder that was replaced; so the files are looked at now and then as well.
 *
 * @example
 * using changes = new Changes(500, live.ended);
 * for (; !live.ended.aborted; await changes.wait()) {
 *   if (changes.look(watched)) readAgain();
 * }
 */
export class Changes implements Disposable {
  readonly #poll_ms: number;
  readonly #ended: AbortSignal;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  readonly #onEnd = () => this.wake();
  #seen: string | undefined;
  #is_awake = false;
  #wake: (() => void) | undefined;

  /** @param ended ends every wait */
  constructor(poll_ms: number, ended: AbortSignal) {
    this.#poll_ms = poll_ms;
    this.#ended = ended;
    ended.addEventListener("abort", this.#onEnd);
  }

  /**
   * Whether the files are others than at the last look, as far as that can be told; true at the
   * first. What is read after this is at least as new as what it saw.
   */
  look({ folders, files }: Watched): boolean {
    this.#watch(folders);
    const seen = files.map(identityAndTimes).join("\n");
    const is_new = seen !== this.#seen;
    this.#seen = seen;
    return is_new || files.length === 0;
  }

  /** Returns at the next sign of a change, at the latest when it is time for another look. */
  async wait(): Promise<void> {
    if (!this.#is_awake && !this.#ended.aborted) {
      const timer = setTimeout(() => this.wake(), this.#poll_ms);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      clearTimeout(timer);
    }
    if (!this.#ended.aborted) await Bun.sleep(GATHER_MS);
    this.#wake = undefined;
    this.#is_awake = false;
  }

  /** Ends the wait of this moment, or the next one. */
  wake(): void {
    this.#is_awake = true;
    this.#wake?.();
  }

  [Symbol.dispose](): void {
    this.#ended.removeEventListener("abort", this.#onEnd);
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
  }

  #watch(folders: readonly string[]): void {
    for (const folder of this.#watchers.keys()) {
      if (!folders.includes(folder)) this.#unwatch(folder);
    }
    for (const folder of folders) {
      const identity = identityOf(folder);
      if (this.#watchers.get(folder)?.identity === identity) continue;
      this.#unwatch(folder);
      if (identity !== undefined) this.#watchOne(folder, identity);
    }
  }

  #watchOne(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, () => this.wake());
      watcher.on("error", () => this.#unwatch(folder));
      this.#watchers.set(folder, { watcher, identity });
    } catch {
      // The folder is gone again, or the system has no more watches to give: the looks remain.
    }
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }
}

function identityOf(path: string): string | undefined {
  const found = statOf(path);
  return found && `${found.dev}:${found.ino}`;
}

function identityAndTimes(path: string): string {
  const found = statOf(path);
  return found === undefined
    ? "-"
    : `${found.dev}:${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

/** Undefined also where the path can't be looked at for now. */
function statOf(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
