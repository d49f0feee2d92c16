/** Looks whether git will merge a feature's files as they have to be merged. */

import { accessSync, constants } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";
import { type Finding, finding } from "../domain/finding.ts";
import { quoted, visible } from "../domain/text.ts";
import { gitAttributes } from "../git/attributes.ts";
import { gitSettings } from "../git/config.ts";
import { runGit } from "../git/run_git.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import type { Project } from "../project/project.ts";
import { LOG_FILE, PAGES_FOLDER, SNAPSHOT_FILE, shownPath } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import { GIT_CONFIG_FILE } from "./contents.ts";
import { DRIVERS, driverSetting, executableIn } from "./drivers.ts";

const REMEDY = "lane init";

/**
 * What of the merge set-up is missing: from the attributes on the branch that is checked
 * out, and from the clone's git config. Nothing, where there is no git.
 */
export function checkMergeSetup(project: Project, feature: Feature): Finding[] {
  if (project.git === undefined) return [];
  const { root, git } = project;
  const answer = runGit(root, ["rev-parse", "--git-dir"]);
  if (answer?.exit_code !== 0) {
    const why = answer === undefined ? "it is not on this machine's PATH" : visible(answer.complaint);
    const message = `git does not answer here, so nothing is known of branches, worktrees and merges: ${why}`;
    return [
      finding("MERGE_NOT_CONFIGURED", { file: ".git", message, remedy: "let git work here; then ask again" }),
    ];
  }
  const folder = relative(root, feature.folder);
  const pages = [...listPages(feature).values()]
    .flat()
    .map(({ shown }) => join(PAGES_FOLDER, basename(shown)));
  const config = shownPath(root, join(git.common_dir, GIT_CONFIG_FILE));
  const of = (file: string) => (message: string) =>
    finding("MERGE_NOT_CONFIGURED", { file, message, remedy: REMEDY });
  return [
    ...attributeGaps(root, folder, pages).map(of(".gitattributes")),
    ...driverGaps(root).map(of(config)),
  ];
}

/** The attributes that a kind of file must have, and what goes wrong without them. */
interface Wanted {
  readonly path: string;
  readonly merge: string;
  readonly is_text: boolean;
  readonly otherwise: string;
}

/**
 * The attributes of a feature's files that are not as they should be, as messages.
 *
 * @param folder the feature's, relative to the root
 * @param pages its pages, relative to its folder; they need not be there
 */
export function attributeGaps(root: string, folder: string, pages: readonly string[]): string[] {
  const file = (name: string) => withSlashes(join(folder, name));
  const [log, snapshot] = [file(LOG_FILE), file(SNAPSHOT_FILE)];
  const otherwise = ["a merge leaves conflict markers in the log", "it conflicts at every merge"] as const;
  const wanted: Wanted[] = [
    { path: log, merge: "union", is_text: false, otherwise: otherwise[0] },
    { path: snapshot, merge: DRIVERS.snapshot, is_text: false, otherwise: otherwise[1] },
  ];
  for (const page of pages) {
    wanted.push({ path: file(page), merge: DRIVERS.page, is_text: true, otherwise: "its lane can conflict" });
  }
  const paths = wanted.map(({ path }) => path);
  const found = gitAttributes(root, ["merge", "text"], paths);
  if (found === undefined) return [];
  const by_reason = new Map<string, string[]>();
  for (const one of wanted) {
    const reason = whatIsWrong(one, found.get(one.path) ?? {});
    if (reason === undefined) continue;
    const shown = shownPath(root, join(root, one.path));
    by_reason.set(reason, [...(by_reason.get(reason) ?? []), shown]);
  }
  return [...by_reason].map(([reason, [first = "", ...others]]) => {
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return `${first}${more}: ${reason}`;
  });
}

function whatIsWrong(
  { merge, is_text, otherwise }: Wanted,
  { merge: driver = "unspecified", text = "unspecified" }: Readonly<Record<string, string>>,
): string | undefined {
  if (driver !== merge) return `git merges it as ${quoted(driver)}, not as "${merge}", so ${otherwise}`;
  if (is_text || text === "unset") return undefined;
  return `git may change its line ends: its attribute "text" is ${quoted(text)}, not "unset"`;
}

/** What the clone's git config lacks, as messages. */
function driverGaps(root: string): string[] {
  const settings = gitSettings(root, "^merge\\.lanekeeper-(snapshot|page)\\.driver$", "any");
  if (settings === undefined || !settings.ok) return [];
  const found = new Map(settings.value.map(({ name, value }) => [name, value]));
  const missing = Object.values(DRIVERS).filter((driver) => !found.has(driverSetting(driver)));
  const gaps = missing.map((driver) => `this clone has no merge driver "${driver}"`);
  const gone = executableIn(found.get(driverSetting(DRIVERS.page)) ?? "").filter(isGone);
  return [
    ...gaps,
    ...gone.map(
      (path) => `the merge driver "${DRIVERS.page}" calls ${quoted(path, 400)}, which is not there`,
    ),
  ];
}

/** Only whole paths can be judged: others depend on where git looks. The first is run, the others are read. */
function isGone(path: string, place: number): boolean {
  if (!isAbsolute(path)) return false;
  try {
    accessSync(path, place === 0 ? constants.X_OK : constants.R_OK);
    return false;
  } catch {
    return true;
  }
}
