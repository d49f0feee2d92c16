// Appends bytes as the store does, and says what came of it. Started with `ulimit -f` by a test.
// Arguments: the file, the bytes, and the size that the file had when it was read.

import { constants, openSync } from "node:fs";
import { appendDurably } from "../../src/store/durable_file.ts";
import { StorageError } from "../../src/store/storage_error.ts";

const [path = "", bytes = "", size_before_bytes = ""] = process.argv.slice(2);
const fd = openSync(path, constants.O_RDWR | constants.O_APPEND);
try {
  appendDurably(fd, path, Buffer.from(bytes), Number(size_before_bytes));
  console.log(JSON.stringify({ appended: true }));
} catch (error) {
  if (!(error instanceof StorageError)) throw error;
  const { errno, message, outcome_unknown } = error;
  console.log(JSON.stringify({ errno, message, outcome_unknown }));
}
