/** `lane add`: adds a work package to a feature. */

import type { AddData } from "../contract/set_up.ts";
import { addWorkPackage } from "../pipeline/scaffold.ts";
import { findFeature } from "../project/feature.ts";
import { shownPath } from "../store/paths.ts";
import type { Invocation, Outcome } from "./outcome.ts";

export async function add(
  args: { title: string; "depends-on"?: string | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  const feature = await findFeature(invocation, invocation.feature);
  if (!feature.ok) return feature;
  const depends_on = (args["depends-on"] ?? "").split(",").filter((id) => id.trim() !== "");
  const added = await addWorkPackage(
    feature.value,
    { title: args.title, depends_on },
    invocation.lock_timeout_ms,
  );
  if (!added.ok) return added;
  const { wp, path, warnings } = added.value;
  return {
    ok: true,
    data: { feature: feature.value.slug, wp, created: [path] } satisfies AddData,
    warnings,
    text: (style) => `${style.bold(wp)} is added: ${shownPath(invocation.cwd, path)}`,
  };
}
