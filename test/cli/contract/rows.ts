/** The contract as one table. A new command brings its rows, and is done when the tests say so. */

import { ABOUT_ROWS } from "./about_rows.ts";
import { CHECK_ROWS } from "./check_rows.ts";
import { FEATURE_ROWS } from "./feature_rows.ts";
import { LOOK_ROWS } from "./look_rows.ts";
import { MOVE_ROWS } from "./move_rows.ts";
import type { Row } from "./row.ts";
import { SET_UP_ROWS } from "./set_up_rows.ts";
import { SYNC_ROWS } from "./sync_rows.ts";

export const ROWS: readonly Row[] = [
  ...MOVE_ROWS,
  ...LOOK_ROWS,
  ...CHECK_ROWS,
  ...SET_UP_ROWS,
  ...SYNC_ROWS,
  ...ABOUT_ROWS,
  ...FEATURE_ROWS,
];

/** The title of a row's test: no two are the same. */
export function titleOf({ command, given, gives, words }: Row): string {
  const shown = words.join(" ").slice(0, 60);
  return `${command}: ${given} gives ${gives} (lane ${shown})`;
}
