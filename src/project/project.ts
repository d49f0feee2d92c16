/** Finds the project, and the features in it. */

import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ok, type Refusal, type Result, refuse } from "../domain/refusal.ts";
import {
  KNOWN_VOCABULARY,
  KNOWN_WORKFLOWS,
  type Vocabulary,
  vocabularyOf,
  type Workflow,
} from "../domain/workflow.ts";
import { CONFIG_FILE, DEFAULT_FEATURES_FOLDER, realPathInside, shownPath } from "../store/paths.ts";
import { wholePath } from "../store/spelling.ts";
import { attempt, errnoOf, StorageError } from "../store/storage_error.ts";
import { findGitFolder, type GitFolder } from "./git_folder.ts";
import { type Config, DEFAULT_CONFIG, namesWorkflowFile, readConfig } from "./settings.ts";

/** Where a caller stands, and what it said about where to look. */
export interface Standpoint {
  readonly cwd: string;
  /** The project's root, if it was named. */
  readonly root?: string | undefined;
  /** In a linked worktree: use its own features, not the main worktree's. */
  readonly here?: boolean | undefined;
  /** For checks: settings that can't be used are noted, and the defaults hold. */
  readonly tolerant?: boolean | undefined;
}

/** A folder that holds features. */
export interface Project {
  /** Its real path: what lies inside it is told by this. */
  readonly root: string;
  /** The folder with one folder for each feature. */
  readonly features_folder: string;
  readonly config: Config;
  /** The one that the configuration names by its file. */
  readonly own_workflow: Workflow | undefined;
  /** What a log of the project may hold. */
  readonly vocabulary: Vocabulary;
  /** What is wrong with the configuration, where the caller is tolerant of that. */
  readonly config_problem: Refusal | undefined;
  readonly git: GitFolder | undefined;
}

/**
 * Finds the project: the named root, else the nearest folder upwards that holds the
 * features folder or `.kittify/`, else the same place in the main worktree.
 */
export async function findProject(standpoint: Standpoint): Promise<Result<Project>> {
  const root = findRoot(standpoint);
  return root.ok ? openProject(root.value, standpoint) : root;
}

/** Opens the project at a root that is known. */
export async function openProject(
  folder: string,
  { tolerant }: Pick<Standpoint, "tolerant"> = {},
): Promise<Result<Project>> {
  const root = attempt("use", folder, () => realpathSync(folder));
  const path = realPathInside(root, join(root, CONFIG_FILE));
  const read = await readConfig({ path, shown: shownPath(root, path) });
  if (!read.ok && !tolerant) return read;
  const own =
    read.ok && namesWorkflowFile(read.value.workflow) ? await readOwn(root, read.value.workflow) : undefined;
  if (own?.ok === false && !tolerant) return own;
  const config = settingsThatHold(read, own);
  const own_workflow = own?.ok ? own.value : undefined;
  const problem = [read, own].find((one) => one?.ok === false);
  return ok({
    root,
    features_folder: join(root, config.features_folder),
    config,
    own_workflow,
    vocabulary:
      own_workflow === undefined ? KNOWN_VOCABULARY : vocabularyOf([...KNOWN_WORKFLOWS, own_workflow]),
    config_problem: problem?.ok === false ? problem.refusal : undefined,
    git: findGitFolder(root),
  });
}

/** Few projects have a workflow of their own, and reading it takes a parser. */
async function readOwn(root: string, named: string): Promise<Result<Workflow>> {
  const { readOwnWorkflow } = await import("./workflow_file.ts");
  return readOwnWorkflow(root, named);
}

/** A workflow that can't be used is none; everything else of the configuration is. */
function settingsThatHold(read: Result<Config>, own: Result<Workflow> | undefined): Config {
  if (!read.ok) return DEFAULT_CONFIG;
  return own?.ok === false ? { ...read.value, workflow: undefined } : read.value;
}

/**
 * The same project in the main worktree, so that parallel agents in linked worktrees
 * share one live log.
 *
 * @returns undefined when this is the main worktree already, or there is none
 */
export function rootInMainWorktree(project: Pick<Project, "root" | "git">): string | undefined {
  const { git, root } = project;
  if (git?.main_top === undefined || git.main_top === git.worktree_top) return undefined;
  return join(git.main_top, relative(git.worktree_top, root));
}

/** The slugs of all features, sorted. */
export function listFeatures(project: Project): string[] {
  try {
    return readdirSync(project.features_folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith(".") && leadsToFolder(entry, project.features_folder))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw new StorageError("list", project.features_folder, error);
  }
}

/** Only a link needs a look of its own. */
function leadsToFolder(entry: Dirent, parent: string): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(parent, entry.name)));
}

/** Whether a path leads to a folder. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function findRoot({ cwd, root }: Standpoint): Result<string> {
  if (root !== undefined) {
    const named = resolve(cwd, root);
    if (isFolder(named)) return ok(named);
    return refuse("NO_PROJECT", `${wholePath(named)} is no folder`, {
      hint: "name the project's root with --root",
    });
  }
  const found = nearestRoot(cwd) ?? mainRootOf(cwd);
  if (found !== undefined) return ok(found);
  return refuse(
    "NO_PROJECT",
    `no ${DEFAULT_FEATURES_FOLDER}/ or .kittify/ here or in any folder above ${wholePath(cwd)}`,
    {
      hint: "lane new 001-my-feature starts one in a git repository; --root names one elsewhere",
      details: { cwd },
    },
  );
}

function nearestRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (holdsProject(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A linked worktree may leave the features out, while its main worktree has them. */
function mainRootOf(cwd: string): string | undefined {
  const git = findGitFolder(cwd);
  return git?.main_top !== undefined && holdsProject(git.main_top) ? git.main_top : undefined;
}

function holdsProject(folder: string): boolean {
  return isFolder(join(folder, DEFAULT_FEATURES_FOLDER)) || isFolder(join(folder, ".kittify"));
}
