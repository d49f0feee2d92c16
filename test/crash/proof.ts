/** What a proof of survival is: a claim that users bet on, and a way to put it to the test. */

import type { Random } from "../support/random.ts";

/** `full` is run on demand, to the end; `short` in every check of a clone. */
export type Form = "short" | "full";

/** A claim, and how it is put to the test. */
export interface Proof {
  /** What `--only` calls it. */
  readonly name: string;
  /** One sentence that is true, or the product is broken. */
  readonly claim: string;
  /** What it needs besides the executable: programs, root. It is left out, and says so, without them. */
  readonly needs: readonly string[];
  readonly run: (trial: Trial) => Promise<Outcome>;
}

/** One run of a proof. */
export interface Trial {
  readonly form: Form;
  /** The same for the same seed. */
  readonly random: Random;
  /** Says how far it is; printed on one line that is written over. */
  readonly say: (progress: string) => void;
}

/** What a run did, and what it found. */
export interface Outcome {
  /** What was done and seen, by what it is; printed in this order. */
  readonly counts: Readonly<Record<string, number>>;
  /** Each break of the claim, with what it takes to see it again; none, and the claim stands. */
  readonly breaks: readonly string[];
}
