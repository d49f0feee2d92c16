/** What a command is given to read: a file, or stdin. */

import { resolve } from "node:path";
import { ok, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { wholePath } from "../store/spelling.ts";
import { errnoOf, StorageError } from "../store/storage_error.ts";

export interface Input {
  /** As messages call it. */
  readonly name: string;
  /** Throws where the system can't have a file of that name. */
  readonly open: () => Bun.BunFile;
}

/** `-` is stdin; a file is found from where the caller stands. */
export function inputNamed(text: string, cwd: string): Input {
  if (text === "-") return { name: "stdin", open: () => Bun.stdin };
  const path = resolve(cwd, text);
  return { name: path, open: () => Bun.file(path) };
}

/**
 * Reads an input to its end. It waits without blocking: Ctrl-C must still work for
 * whoever forgot to pipe something in.
 *
 * @param what what the input holds, for messages
 * @param option how the file is named on the command line
 * @param refuseMore sees each piece as it comes; when it refuses, no more is read
 */
export async function readInput(
  { name, open }: Input,
  what: string,
  option: string,
  refuseMore: (chunk: Uint8Array) => Refused | undefined,
): Promise<Result<Buffer>> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of open().stream()) {
      const refused = refuseMore(chunk);
      if (refused !== undefined) return refused;
      chunks.push(chunk);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") {
      return refuse("USAGE", `there is no file ${wholePath(name)}`, {
        hint: `${option} names an existing file`,
      });
    }
    throw new StorageError(`read the ${what} in`, name, error);
  }
  return ok(Buffer.concat(chunks));
}
