/**
 * Notices that the reader of a pipe is gone, also while there is nothing to write: the shell
 * of `lane log --follow | head -1` waits for both.
 */

import { dlopen, ptr } from "bun:ffi";
import { descriptorStat } from "./descriptor.ts";

/** How long a pipe without a reader may go unnoticed. */
const POLL_MS = 250;

/** The C library's names on glibc, macOS and musl. */
const C_LIBRARIES = ["libc.so.6", "libSystem.B.dylib", "libc.so"] as const;

/** `struct pollfd`: an int, and two shorts for what is asked and what was found. */
const POLLFD_BYTES = 8;
const FOUND_AT_BYTE = 6;
const POLLERR_OR_POLLHUP = 0x08 | 0x10;

/**
 * Calls back once when nobody reads a file descriptor any more. Where the system can't tell
 * (a file, Windows), that is left to the next write.
 *
 * @returns stops it
 */
export function watchReader(fd: number, onGone: () => void): () => void {
  const found = descriptorStat(fd);
  const poll = found?.isFIFO() || found?.isSocket() ? openPoll() : undefined;
  if (poll === undefined) return () => {};
  const asked = new Uint8Array(POLLFD_BYTES);
  const view = new DataView(asked.buffer);
  // Bun knows only little-endian machines.
  view.setInt32(0, fd, true);
  const timer = setInterval(() => {
    if (poll(ptr(asked), 1, 0) <= 0 || (view.getInt16(FOUND_AT_BYTE, true) & POLLERR_OR_POLLHUP) === 0)
      return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  return () => clearInterval(timer);
}

/** The system call poll(2), where it can be had. */
function openPoll() {
  for (const name of C_LIBRARIES) {
    try {
      const { symbols } = dlopen(name, { poll: { args: ["ptr", "u64", "i32"], returns: "i32" } });
      return symbols.poll;
    } catch {
      // The next name may do.
    }
  }
  return undefined;
}
