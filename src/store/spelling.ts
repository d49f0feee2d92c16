/** How a path is written where people read it. */

import { sep } from "node:path";
import { visible } from "../domain/text.ts";

/**
 * A path with slashes on every system, as git has them: no shell needs quotes for it, and what is
 * told does not depend on where it is told.
 */
export function withSlashes(path: string): string {
  return path.replaceAll(sep, "/");
}

/** A path as people read it where it is told whole: with slashes, safe to print. */
export function wholePath(path: string): string {
  return visible(withSlashes(path));
}
