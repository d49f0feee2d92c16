/** `lane uninstall`: takes back what `lane init` did. */

import type { UninstallData } from "../contract/set_up.ts";
import { type TakenBack, takeBack } from "../setup/uninstall.ts";
import { shownPath } from "../store/paths.ts";
import { wholePath } from "../store/spelling.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style } from "./style.ts";

export async function uninstall(_: object, invocation: Invocation): Promise<Outcome> {
  const done = await takeBack(invocation);
  if (!done.ok) return done;
  const { removed, changed, git_config, warnings } = done.value;
  return {
    ok: true,
    data: { removed, changed, git_config } satisfies UninstallData,
    warnings,
    text: (style) => describe(done.value, invocation.cwd, style),
  };
}

function describe({ project, removed, changed, git_config }: TakenBack, cwd: string, style: Style): string {
  const place = style.bold(wholePath(project.root));
  const rows = [
    ...removed.map((path) => ["  removed", shownPath(cwd, path)]),
    ...changed.map((path) => ["  changed", shownPath(cwd, path)]),
    ...git_config.map((name) => ["  unset", `${name} in this clone's git config`]),
  ];
  if (rows.length === 0) return `There is nothing to take back in ${place}.`;
  return `What lane did in ${place} is taken back:\n${columns(rows)}`;
}
