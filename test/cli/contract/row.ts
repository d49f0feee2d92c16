/** One row of the contract: a call in a situation, and what must come of it. */

import type { RefusalCode } from "../../../src/domain/refusal.ts";
import type { Words } from "../../support/lane.ts";
import { inProject, type Place } from "./places.ts";

export interface Row {
  /** As the envelope names it. */
  readonly command: string;
  readonly given: string;
  readonly words: readonly string[];
  readonly gives: "ok" | RefusalCode;
  /** Makes the situation anew. */
  readonly make: () => Promise<Place>;
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether files change. A refusal that has written something says so here. */
  readonly writes: boolean;
  /** Whether the text for people may be empty. */
  readonly silent: boolean;
}

/** What a row can say besides its words. */
interface More {
  readonly make?: () => Promise<Place>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly writes?: boolean;
  readonly silent?: boolean;
}

/**
 * A row. Without `make`, it takes place in a project with one feature and one planned work package.
 *
 * @param gives `ok`, or the code of the refusal
 */
export function row(command: string, gives: Row["gives"], given: string, words: Words, more: More = {}): Row {
  const list = typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words;
  const { make = inProject(), stdin = "", env = {}, writes = false, silent = false } = more;
  return { command, given, words: list, gives, make, stdin, env, writes, silent };
}
