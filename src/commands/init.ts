/** `lane init`: sets a project and a clone up. */

import type { InitData } from "../contract/set_up.ts";
import { shellWord } from "../domain/text.ts";
import { listFeatures, type Project } from "../project/project.ts";
import { ownExecutable } from "../setup/drivers.ts";
import { holdsGuide } from "../setup/guide_file.ts";
import { type SetUp, setUp } from "../setup/init.ts";
import { shownPath } from "../store/paths.ts";
import { wholePath } from "../store/spelling.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style } from "./style.ts";

export async function init(args: { hook?: boolean | undefined }, invocation: Invocation): Promise<Outcome> {
  const wishes = { hooks: args.hook === true, executable: ownExecutable() };
  const done = await setUp(invocation, wishes);
  if (!done.ok) return done;
  const { created, changed, unchanged, git_config, warnings } = done.value;
  return {
    ok: true,
    data: { created, changed, unchanged, git_config } satisfies InitData,
    warnings,
    text: (style) => describe(done.value, invocation.cwd, style),
  };
}

function describe({ project, created, changed, git_config }: SetUp, cwd: string, style: Style): string {
  const place = style.bold(wholePath(project.root));
  const has_git = project.git !== undefined;
  const waits = has_git ? [] : ["There is no git here: lane init sets up merging once there is."];
  const rows = [
    ...created.map((path) => ["  created", shownPath(cwd, path)]),
    ...changed.map((path) => ["  changed", shownPath(cwd, path)]),
    ...git_config.map((name) => ["  set", `${name} in this clone's git config`]),
  ];
  if (rows.length === 0) return [`${place} is set up already: nothing is changed.`, ...waits].join("\n");
  const next = nextSteps(project, has_git ? [...created, ...changed] : [], cwd);
  const agents = holdsGuide(project.root) ? [] : [AGENTS_NEXT];
  return [`${place} is set up:`, columns(rows), ...waits, ...[...next, ...agents].map(style.dim)].join("\n");
}

const AGENTS_NEXT = "for agents: lane guide --install tells them how to use lane";

const SHARED_FILE = /[\\/](?:\.gitattributes|\.gitignore|\.kittify[\\/]config\.yaml)$/;

/** What git keeps has to be committed to reach other clones; its config never does. */
function nextSteps(project: Project, written: readonly string[], cwd: string): string[] {
  const shared = written
    .filter((path) => SHARED_FILE.test(path))
    .map((path) => shellWord(shownPath(cwd, path)));
  if (shared.length > 0)
    return [`next: git add ${shared.join(" ")}, and commit; then lane init once in every other clone`];
  return listFeatures(project).length > 0 ? [] : ["next: lane new 001-my-feature"];
}
