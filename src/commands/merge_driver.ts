/** `lane merge-driver page`: called by git to merge a work package's page. */

import { resolve } from "node:path";
import type { MergeDriverData } from "../contract/set_up.ts";
import { refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { mergePage } from "../setup/merge_page.ts";
import type { Invocation, Outcome } from "./outcome.ts";

export async function mergeDriver(
  args: {
    kind: string;
    base: string;
    ours: string;
    theirs: string;
    "marker-size": string;
    path: string;
  },
  { cwd }: Invocation,
): Promise<Outcome> {
  const usage = { hint: "lane merge-driver --help" };
  if (args.kind !== "page") {
    return refuse("USAGE", `there is no merge driver ${quoted(args.kind)}; there is "page"`, usage);
  }
  const marker_size = args["marker-size"];
  if (!/^[1-9]\d{0,3}$/.test(marker_size)) {
    return refuse("USAGE", `${quoted(marker_size)} is no length of conflict markers, like 7`, usage);
  }
  const merged = mergePage({
    base_path: resolve(cwd, args.base),
    ours_path: resolve(cwd, args.ours),
    theirs_path: resolve(cwd, args.theirs),
    marker_size: Number(marker_size),
    page: args.path,
  });
  if (!merged.ok) return merged;
  // Git shows whatever a driver prints.
  const data = { file: args.path, conflicts: 0 } satisfies MergeDriverData;
  return { ok: true, data, warnings: [], text: () => "" };
}
