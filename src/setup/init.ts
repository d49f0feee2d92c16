/**
 * Sets a project and a clone up: the features folder, the configuration, our lines in git's
 * files, the merge drivers, and hooks where they are asked for.
 *
 * All is looked at first; what can't be done is refused before anything is written.
 */

import { lstatSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ok, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { quoted, visible } from "../domain/text.ts";
import { type GitSetting, gitSettings, setGitSetting } from "../git/config.ts";
import type { GitFolder } from "../project/git_folder.ts";
import type { Project, Standpoint } from "../project/project.ts";
import { readIfThere, syncDirectory } from "../store/durable_file.ts";
import { CONFIG_FILE, realPathInside, shownPath } from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import { attempt } from "../store/storage_error.ts";
import { CONFIG_TEXT, GIT_CONFIG_FILE, LABEL, OUR_SETTINGS } from "./contents.ts";
import { driverSettings } from "./drivers.ts";
import {
  carryOut,
  checkChanges,
  checkWritable,
  type FileChange,
  isDue,
  nearestFolder,
  readGitFile,
} from "./file_change.ts";
import { attributeLines, IGNORE_LINES } from "./git_files.ts";
import { type HookPlan, planHooks } from "./hooks.ts";
import { manifestPaths, readManifest, writeManifest } from "./manifest.ts";
import { attributeGaps } from "./merge_setup.ts";
import { putOwnLines } from "./own_lines.ts";
import { findPlaceToSetUp } from "./place.ts";

/** What came of it. Paths are absolute. */
export interface SetUp {
  readonly project: Project;
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** The names of the settings of the clone's git that were set. */
  readonly git_config: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What is wanted, besides what is always done. */
export interface SetUpWishes {
  readonly hooks: boolean;
  /** The words that start lane, for git to call. */
  readonly executable: readonly string[];
}

/** Sets up what is missing; what is there already is not written again. */
export async function setUp(standpoint: Standpoint, wishes: SetUpWishes): Promise<Result<SetUp>> {
  const project = await findPlaceToSetUp(standpoint);
  if (!project.ok) return project;
  const plan = planSetUp(project.value, wishes);
  if (!plan.ok) return plan;
  const { folders, changes, settings, warnings } = plan.value;
  const set = setSettings(project.value, settings);
  if (!set.ok) return set;
  remember(project.value, folders, set.value.line_end_added);
  for (const folder of folders) makeFolder(folder);
  const due = changes.filter(isDue);
  for (const change of due) carryOut(change);
  const paths = (which: (change: FileChange) => boolean) => changes.filter(which).map(({ path }) => path);
  return ok({
    project: project.value,
    created: [...folders, ...paths(({ before }) => before === undefined)],
    changed: paths((change) => due.includes(change) && change.before !== undefined),
    unchanged: paths((change) => !due.includes(change)),
    git_config: settings.map(({ name }) => name),
    warnings: [...warnings, ...attributeWarnings(project.value)],
  });
}

interface SetUpPlan {
  /** Those that are not there yet, outer ones first. */
  readonly folders: readonly string[];
  readonly changes: readonly FileChange[];
  /** Those that have another value, or none. */
  readonly settings: readonly GitSetting[];
  readonly warnings: readonly Warning[];
}

function planSetUp(project: Project, { hooks, executable }: SetUpWishes): Result<SetUpPlan> {
  const { root, features_folder, git } = project;
  const hidden = [root, features_folder, ...executable].find((path) => visible(path) !== path);
  // A line end in a hook or in git's files would let a folder's name say what the next line does.
  if (hidden !== undefined) {
    return refuse(
      "CONFIG_INVALID",
      `${quoted(withSlashes(hidden), 400)} holds characters that can't be seen`,
      {
        hint: "give it a name without them",
        details: { path: hidden },
      },
    );
  }
  const settings = git === undefined ? undefined : missingSettings(root, git, executable);
  if (settings !== undefined && !settings.ok) return settings;
  const config = planConfig(root);
  const files = git === undefined || settings === undefined ? ok([]) : planGitFiles(project);
  if (!files.ok) return files;
  const plan: HookPlan | undefined =
    hooks && git !== undefined && settings !== undefined
      ? planHooks({ ...project, git }, executable)
      : undefined;
  const changes = [...config, ...files.value, ...(plan?.changes ?? [])];
  const folders = [realPathInside(root, features_folder), ...changes.map(({ path }) => dirname(path))];
  const missing = [...new Set(folders.flatMap(missingFolders))];
  for (const folder of missing) checkWritable(nearestFolder(folder));
  checkChanges(changes);
  manifestPaths(project);
  return ok({
    folders: missing,
    changes,
    settings: settings?.value ?? [],
    warnings: [...(plan?.warnings ?? []), ...withoutGit(settings === undefined, git, hooks)],
  });
}

/** The configuration is ours to make only where there is none. */
function planConfig(root: string): FileChange[] {
  const path = realPathInside(root, join(root, CONFIG_FILE));
  const before = readIfThere(path, "latin1");
  if (before !== undefined) return [{ path, before, after: before }];
  return [{ path, before: undefined, after: CONFIG_TEXT }];
}

function planGitFiles(project: Project): Result<FileChange[]> {
  const files = [
    { path: join(project.root, ".gitattributes"), lines: attributeLines(project) },
    { path: join(project.root, ".gitignore"), lines: IGNORE_LINES },
  ];
  const changes: FileChange[] = [];
  for (const { path, lines } of files) {
    const before = readGitFile(project.root, path);
    if (!before.ok) return before;
    const place = { at: "end", is_new: before.value === undefined } as const;
    const after = putOwnLines(before.value ?? "", { label: LABEL, lines }, place);
    changes.push({ path, before: before.value, after });
  }
  return ok(changes);
}

/** @returns undefined when there is no git on this machine */
function missingSettings(
  root: string,
  git: GitFolder,
  executable: readonly string[],
): Result<GitSetting[]> | undefined {
  const found = gitSettings(root, OUR_SETTINGS, "local");
  if (found === undefined || !found.ok) return found;
  const wanted = [...driverSettings(executable)].map(([name, value]) => ({ name, value }));
  const missing = wanted.filter(({ name, value }) => {
    const values = found.value.filter((one) => one.name === name);
    return values.length !== 1 || values[0]?.value !== value;
  });
  if (missing.length === 0) return ok([]);
  checkWritable(git.common_dir);
  // Git would write to where a link leads.
  const common_dir = realpathSync(git.common_dir);
  realPathInside(common_dir, join(common_dir, GIT_CONFIG_FILE));
  const lock = join(git.common_dir, `${GIT_CONFIG_FILE}.lock`);
  if (lstatSync(lock, { throwIfNoEntry: false }) === undefined) return ok(missing);
  return refuse("IO", `cannot change the git config: ${shownPath(root, lock)} is there`, {
    hint: "wait until the git that holds it is done, then run lane init again",
    details: { path: lock },
  });
}

/** Git itself writes them; it ends the file's last line before that, where it has no end. */
function setSettings(
  { root, git }: Project,
  settings: readonly GitSetting[],
): Result<{ line_end_added: boolean }> {
  if (git === undefined || settings.length === 0) return ok({ line_end_added: false });
  const before = readIfThere(join(git.common_dir, GIT_CONFIG_FILE), "latin1") ?? "";
  for (const { name, value } of settings) {
    const set = setGitSetting(root, name, value);
    if (!set.ok) return set;
  }
  return ok({ line_end_added: before !== "" && !before.endsWith("\n") });
}

/** Before the folders are made: one that nobody remembers would never be taken back. */
function remember(project: Project, folders: readonly string[], line_end_added: boolean): void {
  const [path] = manifestPaths(project);
  const manifest = readManifest(path);
  // Also where nothing was made: projects that share a clone share its merge drivers.
  const is_known = manifest.projects[project.root] !== undefined || project.git === undefined;
  if (is_known && folders.length === 0 && !line_end_added) return;
  const made = [...new Set([...(manifest.projects[project.root]?.made ?? []), ...folders])];
  writeManifest(path, {
    ...manifest,
    config_line_end_added: manifest.config_line_end_added || line_end_added,
    projects: { ...manifest.projects, [project.root]: { made } },
  });
}

function makeFolder(path: string): void {
  attempt("create", path, () => mkdirSync(path, { recursive: true }));
  syncDirectory(dirname(path));
}

/** The folders of a path that are not there, outer ones first. */
function missingFolders(path: string): string[] {
  return nearestFolder(path) === path ? [] : [...missingFolders(dirname(path)), path];
}

/** What can't be set up yet. */
function withoutGit(is_without: boolean, folder: GitFolder | undefined, hooks: boolean): Warning[] {
  if (!is_without) return [];
  const warnings: Warning[] = [];
  if (folder !== undefined) warnings.push({ code: "MERGE_NOT_CONFIGURED", message: NO_ANSWER });
  if (hooks) {
    warnings.push({ code: "HOOK_NOT_ADDED", message: "there is no git here, so there are no hooks" });
  }
  return warnings;
}

const NO_ANSWER =
  "git is not on this machine's PATH, so merging is not set up: run lane init again where it is";

/** Our lines are there; another file can still say otherwise. */
function attributeWarnings(project: Project): Warning[] {
  if (project.git === undefined) return [];
  const feature = join(
    relative(project.root, realPathInside(project.root, project.features_folder)),
    "001-x",
  );
  const gaps = attributeGaps(project.root, feature, ["tasks/WP01.md"]);
  return gaps.map((message) => ({ code: "MERGE_NOT_CONFIGURED", message }));
}
