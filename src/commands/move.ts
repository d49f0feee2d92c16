/** `lane move`: the same as `lane emit`, for hands. */

import { type TransitionArgs, transition } from "./emit.ts";
import type { Invocation, Outcome } from "./outcome.ts";

export function move(args: TransitionArgs & { lane: string }, invocation: Invocation): Promise<Outcome> {
  return transition(args, args.lane, invocation);
}
