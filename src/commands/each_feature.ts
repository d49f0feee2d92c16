/** For commands that go over one feature or all: one broken feature must not hide the others. */

import { ok, type Refusal, type Result } from "../domain/refusal.ts";
import { type Feature, findAllFeatures, findFeature } from "../project/feature.ts";
import type { Standpoint } from "../project/project.ts";
import { expectLongRun } from "../store/long_run.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import type { Invocation } from "./outcome.ts";

/** A feature by name; one that can't be opened is its refusal. */
export interface ChosenFeature {
  readonly slug: string;
  readonly feature: Result<Feature>;
}

/** A feature that a command could not do, and why. */
export interface FeatureFailure {
  readonly feature: string;
  readonly refusal: Refusal;
}

/** The feature that the call means, or all of the project. */
export async function chooseFeatures(
  all: boolean | undefined,
  invocation: Invocation & Pick<Standpoint, "tolerant">,
): Promise<Result<readonly ChosenFeature[]>> {
  if (all) return findAllFeatures(invocation);
  const feature = await findFeature(invocation, invocation.feature);
  return feature.ok ? ok([{ slug: feature.value.slug, feature }]) : feature;
}

/** Does something with each feature, in order, and says how far it is. */
export async function forEachFeature<T>(
  chosen: readonly ChosenFeature[],
  { progress }: Invocation,
  act: (feature: Feature) => Promise<Result<T>>,
): Promise<{ done: T[]; failures: FeatureFailure[] }> {
  if (chosen.length >= MANY_FEATURES) expectLongRun();
  const done: T[] = [];
  const failures: FeatureFailure[] = [];
  for (const [i, { slug, feature }] of chosen.entries()) {
    progress(i, chosen.length, slug);
    const result = feature.ok ? await tryOne(feature.value, act) : feature;
    if (result.ok) done.push(result.value);
    else failures.push({ feature: slug, refusal: result.refusal });
  }
  return { done, failures };
}

/** The first failure as the whole call's refusal; `details` holds all of them beside what was done. */
export function refusalOfFailures(
  failures: readonly FeatureFailure[],
  details: Readonly<Record<string, unknown>>,
): Refusal | undefined {
  const [failure] = failures;
  if (failure === undefined) return undefined;
  const more = failures.length - 1;
  const others = more > 0 ? ` (and ${more} more ${more > 1 ? "features" : "feature"} failed)` : "";
  const failed = failures.map(({ feature, refusal }) => ({ feature, ...refusal }));
  const { refusal } = failure;
  return {
    ...refusal,
    message: `${refusal.message}${others}`,
    details: { ...refusal.details, ...details, failed },
  };
}

/** From here on compiling hot code pays for itself. */
const MANY_FEATURES = 20;

async function tryOne<T>(
  feature: Feature,
  act: (feature: Feature) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await act(feature);
  } catch (error) {
    return refusalOrThrow(error);
  }
}
