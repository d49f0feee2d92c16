/** Something that can't be read for now: told when it lasts, so that a checkout under way is no news. */

import type { Refusal } from "../domain/refusal.ts";

/** What is said of a trouble. */
interface Telling {
  readonly begins: (refusal: Refusal) => void;
  readonly ends: () => void;
}

export class Trouble {
  readonly #patience_ms: number;
  readonly #telling: Telling;
  #since_ms: number | undefined;
  #is_told = false;

  /** @param patience_ms how long it may last before it is told, by the machine's running clock */
  constructor(patience_ms: number, telling: Telling) {
    this.#patience_ms = patience_ms;
    this.#telling = telling;
  }

  /** Whether the last try failed. */
  get is_there(): boolean {
    return this.#since_ms !== undefined;
  }

  /** A try failed. */
  meet(refusal: Refusal): void {
    const now_ms = performance.now();
    this.#since_ms ??= now_ms;
    if (this.#is_told || now_ms - this.#since_ms < this.#patience_ms) return;
    this.#is_told = true;
    this.#telling.begins(refusal);
  }

  /** A try went well. */
  leave(): void {
    if (this.#is_told) this.#telling.ends();
    this.#is_told = false;
    this.#since_ms = undefined;
  }
}
