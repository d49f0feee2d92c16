/** A batch whose writer was killed is whole, or not there, or known as torn: never a part that counts. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { readLog } from "../../src/store/event_log.ts";
import { emitBatchIn, forcedMoves } from "../support/batches.ts";
import { answerOf, lineAt, makeProject, SLUG } from "../support/project.ts";

test("emit --batch cut off at any byte is the old log, the whole new one, or a torn write", async () => {
  using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
  answerOf(await emitBatchIn(project, forcedMoves(4, 2)));
  const { log } = await project.open();
  const whole = readFileSync(project.log_path);
  const old_bytes = lineAt(1).length;
  for (let length = old_bytes; length <= whole.length; length++) {
    writeFileSync(project.log_path, whole.subarray(0, length));
    const read = readLog(log);
    if (length === old_bytes) expect(answerOf(read).events).toHaveLength(1);
    else if (length >= whole.length - 1) expect(answerOf(read).events).toHaveLength(5);
    else {
      expect(read).toMatchObject({
        refusal: {
          code: "LOG_CORRUPT",
          hint: `lane doctor --feature ${SLUG}`,
          details: { finding: "LOG_TORN" },
        },
      });
    }
  }
});
