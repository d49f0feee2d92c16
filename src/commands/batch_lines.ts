/** From the bytes of a batch to its requests, each with the number of its line. */

import { isUtf8 } from "node:buffer";
import { atLine } from "../domain/batch.ts";
import { LONGEST_LINE_BYTES } from "../domain/line.ts";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import type { BatchLine } from "../pipeline/emit_batch.ts";
import { wholePath } from "../store/spelling.ts";
import { inputNamed, readInput } from "./input.ts";

/** No batch is larger: 64 MiB. */
export const LARGEST_BATCH_BYTES = 64 * 1024 * 1024;

const LINE_FEED = 10;

/** Reads a batch from a file or stdin: JSON Lines; blank lines, CRLF and a BOM are no matter. */
export async function readBatch(source: string, cwd: string): Promise<Result<BatchLine[]>> {
  if (source.trim() === "") {
    return refuse("USAGE", "--batch is blank", { hint: "name a file, or - for stdin" });
  }
  const input = inputNamed(source, cwd);
  const bytes = await readInput(input, "batch", "--batch <file>", limitsOf(wholePath(input.name)));
  return bytes.ok ? parseBatch(bytes.value) : bytes;
}

/** Refuses what is too large while it is read. */
function limitsOf(name: string): (chunk: Uint8Array) => Refused | undefined {
  let size_bytes = 0;
  let line = 1;
  let line_bytes = 0;
  return (chunk) => {
    size_bytes += chunk.length;
    if (size_bytes > LARGEST_BATCH_BYTES) {
      return refuse("IO", `the batch in ${name} is larger than 64 MiB`, {
        hint: "split it: each part is all or nothing by itself",
        details: { largest_bytes: LARGEST_BATCH_BYTES },
      });
    }
    for (let from = 0; from <= chunk.length; ) {
      const end = chunk.indexOf(LINE_FEED, from);
      line_bytes += (end < 0 ? chunk.length : end) - from;
      if (line_bytes > LONGEST_LINE_BYTES) return tooLong(name, line);
      if (end < 0) return undefined;
      line++;
      line_bytes = 0;
      from = end + 1;
    }
    return undefined;
  };
}

function parseBatch(bytes: Buffer): Result<BatchLine[]> {
  const lines: BatchLine[] = [];
  const all_utf8 = isUtf8(bytes);
  for (let line = 1, from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, from);
    const stop = end < 0 ? bytes.length : end;
    const request = parseRequest(bytes.subarray(from, stop), all_utf8);
    if (!request.ok) return atLine(request, line);
    if (request.value !== undefined) lines.push({ line, request: request.value });
    from = stop + 1;
  }
  return ok(lines);
}

/** The JSON value of a line; undefined for a blank one. */
function parseRequest(bytes: Buffer, known_utf8: boolean): Result<unknown> {
  if (!known_utf8 && !isUtf8(bytes)) {
    return refuse("USAGE", "it is not valid UTF-8", { hint: "write the batch in UTF-8" });
  }
  // Takes off a byte order mark, too.
  const text = bytes.toString("utf8").trim();
  if (text === "") return ok(undefined);
  try {
    return ok(JSON.parse(text));
  } catch {
    return refuse("USAGE", `${quoted(text)} is not JSON`, {
      hint: 'write each request on one line, like {"wp_id": "WP01", "to_lane": "claimed"}',
    });
  }
}

function tooLong(name: string, line: number): Refused {
  const refused = refuse("IO", `it is longer than 1 MiB (the batch in ${name})`, {
    hint: "put large evidence into a file, and refer to it",
    details: { longest_bytes: LONGEST_LINE_BYTES },
  });
  return atLine(refused, line);
}
