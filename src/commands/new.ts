/** `lane new`: starts a feature. */

import type { NewData } from "../contract/set_up.ts";
import { shellOption } from "../domain/text.ts";
import { scaffoldFeature } from "../pipeline/scaffold.ts";
import { shownPath } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import type { Invocation, Outcome } from "./outcome.ts";

export async function createFeature(args: { slug: string }, invocation: Invocation): Promise<Outcome> {
  const created = await scaffoldFeature(args.slug, invocation);
  if (!created.ok) return created;
  const { slug, paths } = created.value;
  const { root } = invocation;
  const place = [
    shellOption("--feature", slug),
    ...(root === undefined ? [] : [shellOption("--root", withSlashes(root))]),
  ];
  const shown = paths.map((path) => `  ${shownPath(invocation.cwd, path)}`);
  return {
    ok: true,
    data: { feature: slug, created: paths } satisfies NewData,
    warnings: [],
    text: (style) =>
      [
        `${style.bold(slug)} is started:`,
        ...shown,
        style.dim(`next: lane add "<title>" ${place.join(" ")}`),
      ].join("\n"),
  };
}
