// Emits one forced transition in the project around the current folder, and says what came of it.
// Started by tests that take something away from the process. Arguments: work package and lane.

import { emitStatusTransition } from "../../src/pipeline/emit.ts";
import { StorageError } from "../../src/store/storage_error.ts";

const [wp_id = "", to_lane = ""] = process.argv.slice(2);
try {
  const answer = await emitStatusTransition({ wp_id, to_lane, actor: "claude", force: true, reason: "must" });
  console.log(JSON.stringify(answer));
} catch (error) {
  if (!(error instanceof StorageError)) throw error;
  const { message, errno, outcome_unknown } = error;
  console.log(JSON.stringify({ thrown: { message, errno, outcome_unknown } }));
}
