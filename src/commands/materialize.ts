/** `lane materialize`: renews what is derived from the log, or says what is stale. */

import type { MaterializeData } from "../contract/materialize.ts";
import { refuse } from "../domain/refusal.ts";
import { shellOption, visible } from "../domain/text.ts";
import { checkMaterialized, type Materialized, materialize as renew } from "../pipeline/materialize.ts";
import { chooseFeatures, type FeatureFailure, forEachFeature, refusalOfFailures } from "./each_feature.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style, safe } from "./style.ts";

export async function materialize(
  args: { all?: boolean | undefined; check?: boolean | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  const chosen = await chooseFeatures(args.all, invocation);
  if (!chosen.ok) return chosen;
  const act = args.check ? checkMaterialized : renew;
  const { done, failures } = await forEachFeature(chosen.value, invocation, (feature) =>
    act(feature, invocation.lock_timeout_ms),
  );
  return summarize(done, failures);
}

function summarize(done: readonly Materialized[], failures: readonly FeatureFailure[]): Outcome {
  const warnings = done.flatMap((one) => one.warnings);
  const features = done.map(({ feature, snapshot, views }) => ({ feature, snapshot, views }));
  const text = (style: Style) => describe(done, style);
  const data = { features } satisfies MaterializeData;
  const refusal = refusalOfFailures(failures, data);
  if (refusal !== undefined) return { ok: false, refusal, warnings, text };
  const stale = features.filter(({ snapshot, views }) => snapshot === "stale" || views === "stale");
  if (stale.length > 0) {
    const refused = refuse(
      "CHECK_FAILED",
      `stale: ${stale.map(({ feature }) => visible(feature)).join(", ")}`,
      {
        hint:
          stale.length > 1
            ? "lane materialize --all"
            : `lane materialize ${shellOption("--feature", stale[0]?.feature ?? "")}`,
        details: data,
      },
    );
    return { ...refused, warnings, text };
  }
  return { ok: true, data, warnings, text };
}

function describe(done: readonly Materialized[], style: Style): string {
  if (done.length === 0) return "No features.";
  return columns(
    done.map(({ feature, snapshot, views }) => [
      style.bold(safe(feature)),
      `snapshot ${snapshot}`,
      `views ${views}`,
    ]),
  );
}
