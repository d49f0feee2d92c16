/** One step of a repair, as the plan shows it and as it is carried out. */

/** What can be done to a log. */
export type LogAction =
  | "remove_byte_order_mark"
  | "resolve_conflict_markers"
  | "drop_blank_lines"
  | "drop_repeated_lines"
  | "normalize_line_ends"
  | "add_final_newline"
  | "cut_torn_batch"
  | "cut_torn_tail";

export type RepairAction = LogAction | "keep_copy" | "settle_page" | "renew_snapshot" | "renew_view";

/** A step. */
export interface RepairStep {
  readonly feature: string;
  readonly action: RepairAction;
  /** As messages show it: relative to the project's root where it lies inside. */
  readonly file: string;
  /** The first line that it is about; null where there is none. */
  readonly line: number | null;
  /** What is done, as a command to oneself. Safe to print. */
  readonly message: string;
}
