/** `lane validate`: says everything that is wrong, and writes nothing. */

import { relative, resolve } from "node:path";
import type { ValidateData } from "../contract/checks.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import type { Feature } from "../project/feature.ts";
import type { Project } from "../project/project.ts";
import { type Examination, examine } from "../repair/examine.ts";
import { withSlashes } from "../store/spelling.ts";
import { type FormatContext, githubText, readFormat, sarifText } from "./check_formats.ts";
import { checkOutcome, reportOf, reportOfOne } from "./check_report.ts";
import { checkText } from "./check_text.ts";
import { type ChosenFeature, chooseFeatures, forEachFeature } from "./each_feature.ts";
import type { Invocation, Outcome } from "./outcome.ts";

interface ValidateArgs {
  readonly all?: boolean | undefined;
  readonly staged?: boolean | undefined;
  readonly format: string;
}

export async function validate(args: ValidateArgs, invocation: Invocation): Promise<Outcome> {
  const format = readFormat(args.format, invocation.json);
  if (!format.ok) return format;
  const chosen = await choose(args, invocation);
  if (!chosen.ok) return chosen;
  const now_us = Date.now() * 1000;
  const { done, failures } = await forEachFeature(chosen.value, invocation, lookAt(args, invocation, now_us));
  const report = reportOf(done.map(reportOfOne)) satisfies ValidateData;
  const context = contextOf(done, invocation);
  return checkOutcome(report, failures, (style) => {
    if (format.value === "github") return githubText(report, failures, context);
    if (format.value === "sarif") return sarifText(report, failures, context);
    return args.staged && report.features.length + failures.length === 0
      ? "No feature has staged changes."
      : checkText(report, args.all === true || args.staged === true, style, failures.length);
  });
}

/** Asking git is loaded only where somebody commits. */
function lookAt({ staged }: ValidateArgs, { lock_timeout_ms, cwd, env }: Invocation, now_us: number) {
  if (!staged) return async (feature: Feature) => ok(await examine(feature, { now_us, lock_timeout_ms }));
  return async (feature: Feature) => {
    const { examineStaged } = await import("../repair/staged.ts");
    return ok(examineStaged(feature, cwd, env.GIT_INDEX_FILE, now_us));
  };
}

async function choose(
  { all, staged }: ValidateArgs,
  invocation: Invocation,
): Promise<Result<readonly ChosenFeature[]>> {
  if (all && staged) {
    return refuse("USAGE", "lane validate: --all and --staged are two choices of features", {
      hint: "give one of them",
    });
  }
  const tolerant = { ...invocation, tolerant: true };
  if (!staged) return chooseFeatures(all, tolerant);
  // A commit is made from the worktree that one stands in.
  const every = await chooseFeatures(true, { ...tolerant, here: true });
  if (!every.ok) return every;
  const { findStaged } = await import("../repair/staged.ts");
  // A root that was named may lie in another repository than the caller.
  const { cwd, root, env } = invocation;
  const index_file = env.GIT_INDEX_FILE && resolve(cwd, env.GIT_INDEX_FILE);
  return findStaged(every.value, root === undefined ? cwd : resolve(cwd, root), index_file);
}

/** Where services that show findings beside the code look for the files. */
function contextOf(done: readonly Examination[], { version }: Invocation): FormatContext {
  const project: Project | undefined = done[0]?.feature.project;
  const way = project?.git === undefined ? "" : relative(project.git.worktree_top, project.root);
  return { version, root_in_repository: withSlashes(way) };
}
