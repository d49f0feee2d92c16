/** Takes back what `lane init` did, and nothing else. */

import { realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { gitSettings, unsetGitSetting } from "../git/config.ts";
import { findGitFolder, type GitFolder } from "../project/git_folder.ts";
import { isFolder, type Project, type Standpoint } from "../project/project.ts";
import { createFile, readIfThere, replaceFile } from "../store/durable_file.ts";
import { CONFIG_FILE, isInside, realPathInside, realPathOfMaybeMissing, shownPath } from "../store/paths.ts";
import { errnoOf, StorageError } from "../store/storage_error.ts";
import { withoutOurSections } from "./config_sections.ts";
import { CONFIG_TEXT, GIT_CONFIG_FILE, LABEL, OUR_SETTINGS } from "./contents.ts";
import { DRIVERS } from "./drivers.ts";
import { carryOut, checkChanges, type FileChange, readGitFile } from "./file_change.ts";
import { planWithoutGuide } from "./guide_file.ts";
import { planWithoutHooks } from "./hooks.ts";
import { manifestPaths, readManifest, removeIfEmpty, writeManifest } from "./manifest.ts";
import { takeOwnLines } from "./own_lines.ts";
import { findPlaceToSetUp } from "./place.ts";

/** What came of it. Paths are absolute. */
export interface TakenBack {
  readonly project: Project;
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The names of the settings of the clone's git that were removed. */
  readonly git_config: readonly string[];
  readonly warnings: readonly Warning[];
}

/** Takes back whatever of the set-up is there. */
export async function takeBack(standpoint: Standpoint): Promise<Result<TakenBack>> {
  // What was set up must come off also where the configuration is broken by now.
  const found = await findPlaceToSetUp({ ...standpoint, tolerant: true });
  if (!found.ok) return found;
  const project = found.value;
  const guide = planWithoutGuide(project.root);
  const changes = [...planChanges(project), ...guide.changes];
  checkChanges(changes);
  const manifests = manifestPaths(project).map((path) => ({ path, manifest: readManifest(path) }));
  const line_end_added = manifests.some(({ manifest }) => manifest.config_line_end_added);
  const sharers = manifests.flatMap(({ manifest }) =>
    Object.keys(manifest.projects).filter((root) => root !== project.root && isOfClone(root, project.git)),
  );
  const is_shared = sharers.length > 0;
  const settings =
    project.git === undefined || is_shared ? ok([]) : removeSettings(project, project.git, line_end_added);
  if (!settings.ok) return settings;
  for (const change of changes) carryOut(change);
  const folders: string[] = [];
  for (const { path, manifest } of manifests) {
    const { [project.root]: ours, ...projects } = manifest.projects;
    const made = (ours?.made ?? []).filter((folder) => isOurs(project, folder));
    folders.push(...made.toReversed().filter(removeIfEmpty));
    const config_line_end_added = is_shared && manifest.config_line_end_added;
    if (ours !== undefined || manifest.config_line_end_added !== config_line_end_added) {
      writeManifest(path, { ...manifest, config_line_end_added, projects });
    }
  }
  const of = (is_removed: boolean) =>
    changes.filter(({ after }) => (after === undefined) === is_removed).map(({ path }) => path);
  return ok({
    project,
    removed: [...of(true), ...folders],
    changed: of(false),
    git_config: settings.value,
    warnings: [
      ...guide.warnings,
      ...sharers.slice(0, 1).map((root) => ({
        code: "MERGE_DRIVERS_KEPT",
        message: `the merge drivers stay in this clone's git config: ${shownPath(project.root, root)} uses them too`,
      })),
    ],
  });
}

/** Whether a folder still is a working tree of this clone: a manifest can have come along with a copy. */
function isOfClone(root: string, git: GitFolder | undefined): boolean {
  if (git === undefined || !isFolder(root)) return false;
  try {
    const found = findGitFolder(realpathSync(root));
    return found !== undefined && realpathSync(found.common_dir) === realpathSync(git.common_dir);
  } catch {
    return false;
  }
}

function planChanges(project: Project): FileChange[] {
  const { root, git } = project;
  const changes: FileChange[] = [];
  for (const name of [".gitattributes", ".gitignore"]) {
    const path = join(root, name);
    const before = readGitFile(root, path);
    // Where git reads nothing, nothing is ours.
    if (!before.ok || before.value === undefined) continue;
    const without = takeOwnLines(before.value, LABEL);
    if (without === undefined) continue;
    const is_ours = without.made_by_lane && without.text === "";
    changes.push({ path, before: before.value, after: is_ours ? undefined : without.text });
  }
  const config = realPathInside(root, join(root, CONFIG_FILE));
  if (readIfThere(config, "latin1") === CONFIG_TEXT) {
    changes.push({ path: config, before: CONFIG_TEXT, after: undefined });
  }
  changes.push(...(git === undefined ? [] : planWithoutHooks({ ...project, git })));
  return changes;
}

/** A manifest is a file like any other: what it names outside of what is ours stays. */
function isOurs({ root, git }: Project, folder: string): boolean {
  const base = [root, git?.common_dir].find((one) => one !== undefined && isInside(one, folder));
  if (base === undefined || folder === root) return false;
  try {
    return isInside(realpathSync(base), realPathOfMaybeMissing(dirname(folder)));
  } catch {
    // A link on the way leads nowhere.
    return false;
  }
}

/** @returns the names of those that were there */
function removeSettings(
  { root }: Project,
  git: GitFolder,
  line_end_added: boolean,
): Result<readonly string[]> {
  const before = gitSettings(root, OUR_SETTINGS, "local");
  if (before === undefined) return removeWithoutGit(root, git, line_end_added);
  if (!before.ok) return before;
  if (before.value.length === 0) return ok([]);
  const rewritten = rewriteConfig(root, git, line_end_added);
  if (!rewritten.ok) return rewritten;
  // What somebody has laid out anew is git's to find.
  const left = gitSettings(root, OUR_SETTINGS, "local");
  for (const name of new Set(left?.ok ? left.value.map((one) => one.name) : [])) {
    const unset = unsetGitSetting(root, name);
    if (!unset.ok) return unset;
  }
  return ok([...new Set(before.value.map(({ name }) => name))]);
}

/** Where git is not on this machine any more: what stands there as init wrote it can still be taken out. */
function removeWithoutGit(root: string, git: GitFolder, line_end_added: boolean): Result<readonly string[]> {
  const path = join(git.common_dir, GIT_CONFIG_FILE);
  const text = () => readIfThere(path, "latin1") ?? "";
  const is_ours = () => Object.values(DRIVERS).some((driver) => text().includes(`[merge "${driver}"]`));
  if (!is_ours()) return ok([]);
  const rewritten = rewriteConfig(root, git, line_end_added);
  if (!rewritten.ok) return rewritten;
  if (!is_ours()) return ok(Object.values(DRIVERS).map((driver) => `merge.${driver}`));
  return refuse("IO", `${shownPath(root, path)} was laid out anew, and git is not here to change it`, {
    hint: "run lane uninstall again where git is installed",
    details: { path },
  });
}

/** Holds the lock that git itself takes while it writes the file. */
function rewriteConfig(root: string, git: GitFolder, line_end_added: boolean): Result<void> {
  // Like git, which follows a link and takes the lock beside the file itself; but not out of its folder.
  const folder = realpathSync(git.common_dir);
  const path = realPathInside(folder, join(folder, GIT_CONFIG_FILE));
  const lock = `${path}.lock`;
  try {
    createFile(lock, new Uint8Array());
  } catch (error) {
    if (!(error instanceof StorageError) || errnoOf(error.cause) !== "EEXIST") throw error;
    return refuse("IO", `cannot change the git config: ${shownPath(root, lock)} is there`, {
      hint: "wait until the git that holds it is done, then run lane uninstall again",
      details: { path: lock },
    });
  }
  try {
    const text = readIfThere(path, "latin1") ?? "";
    const without = withoutOurSections(text, { line_end_added });
    if (without !== text) replaceFile(path, Buffer.from(without, "latin1"));
  } finally {
    rmSync(lock, { force: true });
  }
  return ok(undefined);
}
