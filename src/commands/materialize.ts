/** `lane materialize`: renews what is derived from the log, or says what is stale. */

import { ok, type Refusal, type Result, refuse } from "../domain/refusal.ts";
import { shellOption, visible } from "../domain/text.ts";
import { checkMaterialized, type Materialized, materialize as renew } from "../pipeline/materialize.ts";
import { type Feature, findAllFeatures, findFeature } from "../project/feature.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style, safe } from "./style.ts";

export async function materialize(
  args: { all?: boolean | undefined; check?: boolean | undefined },
  invocation: Invocation,
): Promise<Outcome> {
  const chosen = args.all ? await findAllFeatures(invocation) : await findOne(invocation);
  if (!chosen.ok) return chosen;
  const done: Materialized[] = [];
  const failures: { feature: string; refusal: Refusal }[] = [];
  for (const { slug, feature } of chosen.value) {
    const result = feature.ok ? await oneFeature(feature.value, args.check === true, invocation) : feature;
    if (result.ok) done.push(result.value);
    else failures.push({ feature: slug, refusal: result.refusal });
  }
  return summarize(done, failures);
}

type Chosen = { slug: string; feature: Result<Feature> }[];

async function findOne(invocation: Invocation): Promise<Result<Chosen>> {
  const feature = await findFeature(invocation, invocation.feature);
  return feature.ok ? ok([{ slug: feature.value.slug, feature }]) : feature;
}

/** One broken feature must not keep the others from being renewed. */
async function oneFeature(
  feature: Feature,
  check: boolean,
  { lock_timeout_ms }: Invocation,
): Promise<Result<Materialized>> {
  try {
    return await (check ? checkMaterialized : renew)(feature, lock_timeout_ms);
  } catch (error) {
    return refusalOrThrow(error);
  }
}

function summarize(
  done: readonly Materialized[],
  failures: readonly { feature: string; refusal: Refusal }[],
): Outcome {
  const warnings = done.flatMap((one) => one.warnings);
  const features = done.map(({ feature, snapshot, views }) => ({ feature, snapshot, views }));
  const text = (style: Style) => describe(done, style);
  const [failure] = failures;
  if (failure !== undefined) {
    const { code, message, hint, details } = failure.refusal;
    const more = failures.length - 1;
    const others = more > 0 ? ` (and ${more} more ${more > 1 ? "features" : "feature"} failed)` : "";
    const failed = failures.map((one) => ({ feature: one.feature, ...one.refusal }));
    const refused = refuse(code, `${message}${others}`, { hint, details: { ...details, features, failed } });
    return { ...refused, warnings, text };
  }
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
        details: { features },
      },
    );
    return { ...refused, warnings, text };
  }
  return { ok: true, data: { features }, warnings, text };
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
