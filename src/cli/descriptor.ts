/** What an output of this process leads to. */

import { fstatSync, type Stats } from "node:fs";

/**
 * What is known of an open file descriptor; undefined where the system does not tell. Windows
 * does not for an output that is closed, and then the write says what is wrong.
 */
export function descriptorStat(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
