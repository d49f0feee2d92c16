/** Finds the feature that a caller means, and everything that belongs to it. */

import { realpathSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseFeatureSlug } from "../domain/identifiers.ts";
import { ok, type Refusal, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { shellOption, shellWord, visible } from "../domain/text.ts";
import type { LogPlace } from "../store/event_log.ts";
import type { LockPlace } from "../store/feature_lock.ts";
import {
  isInside,
  LOG_FILE,
  META_FILE,
  PAGES_FOLDER,
  realPathInside,
  realPathsIn,
  SNAPSHOT_FILE,
  STATE_FOLDER,
  STATE_FOLDER_IN_GIT,
  shownPath,
  TASKS_FILE,
} from "../store/paths.ts";
import { attempt, refusalOrThrow, StorageError } from "../store/storage_error.ts";
import { currentBranch, indexLockPath } from "./git_folder.ts";
import {
  findProject,
  isFolder,
  listFeatures,
  openProject,
  type Project,
  rootInMainWorktree,
  type Standpoint,
} from "./project.ts";
import { type Meta, type Phase, phaseOf, readMeta } from "./settings.ts";

/** A feature, found. Paths are absolute. */
export interface Feature {
  readonly slug: string;
  readonly project: Project;
  readonly folder: string;
  readonly log: LogPlace;
  readonly snapshot_path: string;
  readonly pages_folder: string;
  readonly tasks_path: string;
  readonly lock: LockPlace;
  readonly meta: Meta;
  readonly phase: Phase;
  /** What is wrong with its settings or its project's, where the caller is tolerant of that. */
  readonly settings_problems: readonly Refusal[];
}

/**
 * Finds the feature that is meant: the named one (whole slug, or a prefix that only one
 * has), else the one that the current folder is in, else the one that the git branch
 * names, else the only one there is.
 *
 * @param named `--feature` or `LANE_FEATURE`
 */
export async function findFeature(
  standpoint: Standpoint,
  named: string | undefined,
): Promise<Result<Feature>> {
  const places = await findPlaces(standpoint);
  if (!places.ok) return places;
  const slug = chooseSlug(places.value, standpoint.cwd, named);
  return slug.ok ? openIn(places.value, slug.value) : (whyHidden(places.value) ?? slug);
}

/** Every feature of the project, as `--all` means it; one that can't be opened is its refusal. */
export async function findAllFeatures(
  standpoint: Standpoint,
): Promise<Result<{ slug: string; feature: Result<Feature> }[]>> {
  const places = await findPlaces(standpoint);
  if (!places.ok) return places;
  const slugs = slugsIn(places.value);
  const hidden = slugs.length === 0 ? whyHidden(places.value) : undefined;
  if (hidden !== undefined) return hidden;
  return ok(slugs.map((slug) => ({ slug, feature: tryToOpenIn(places.value, slug) })));
}

/** The names of every feature of the project, without opening any. */
export async function findSlugs(standpoint: Standpoint): Promise<Result<string[]>> {
  const places = await findPlaces(standpoint);
  return places.ok ? ok(slugsIn(places.value)) : places;
}

/** Settings that can't be used may be what says where the features are. */
function whyHidden({ own }: Places): Refused | undefined {
  return own.config_problem && { ok: false, refusal: own.config_problem };
}

/** Reads what a feature says about itself. Its folder must be there. */
export function openFeature(
  project: Project,
  name: string,
  { tolerant }: Pick<Standpoint, "tolerant"> = {},
): Result<Feature> {
  // By its real name, also where a link leads to it: one log must not have two locks.
  const folder = realPathInside(project.root, join(project.features_folder, name));
  const slug = basename(folder);
  const entries = realPathsIn(project.root, folder);
  const file = (name: string) => entries.get(name)?.path() ?? join(folder, name);
  const shown = (path: string) => shownPath(project.root, path);
  const meta_path = file(META_FILE);
  const read = readMeta({ path: meta_path, shown: shown(meta_path) });
  if (!read.ok && !tolerant) return read;
  const meta = read.ok ? read.value : {};
  const log_path = file(LOG_FILE);
  return ok({
    slug,
    project,
    folder,
    log: {
      path: log_path,
      shown: shown(log_path),
      feature_slug: slug,
      vocabulary: project.vocabulary,
      git_index_lock: project.git && indexLockPath(project.git),
    },
    snapshot_path: snapshotPath(join(folder, SNAPSHOT_FILE), file(SNAPSHOT_FILE)),
    pages_folder: file(PAGES_FOLDER),
    tasks_path: file(TASKS_FILE),
    lock: lockPlaceOf(project, folder),
    meta,
    phase: phaseOf(meta, project.config),
    settings_problems: [
      ...(project.config_problem === undefined ? [] : [project.config_problem]),
      ...(read.ok ? [] : [read.refusal]),
    ],
  });
}

/** It is replaced unread, whatever it holds: a link must not make that the log, or any other file. */
function snapshotPath(named: string, real: string): string {
  if (basename(real) === SNAPSHOT_FILE) return real;
  throw new StorageError("use", named, `it is a link to ${real}, which is no snapshot`, {
    hint: "put a file of its own in the place of the link",
  });
}

/**
 * One lock for all worktrees of a clone, in git's own folder; only without any git in the
 * project itself. The path from the worktree's top keeps projects of one clone apart.
 */
function lockPlaceOf({ git, root }: Project, feature_folder: string): LockPlace {
  const [base, state_folder, top] =
    git === undefined ? [root, STATE_FOLDER, root] : [git.common_dir, STATE_FOLDER_IN_GIT, git.worktree_top];
  return { path: join(base, state_folder, `${relative(top, feature_folder)}.lock`), base };
}

/** Where features are looked for. */
interface Places {
  readonly own: Project;
  /** The same project in the main worktree, where this is a linked one. Its features come first. */
  readonly main: Project | undefined;
  readonly tolerant: boolean;
}

async function findPlaces(standpoint: Standpoint): Promise<Result<Places>> {
  const own = await findProject(standpoint);
  if (!own.ok) return own;
  const tolerant = standpoint.tolerant === true;
  const main_root = standpoint.here ? undefined : rootInMainWorktree(own.value);
  if (main_root === undefined || !isFolder(main_root)) {
    return ok({ own: own.value, main: undefined, tolerant });
  }
  const main = await openProject(main_root, standpoint);
  return main.ok ? ok({ own: own.value, main: main.value, tolerant }) : main;
}

function slugsIn({ own, main }: Places): string[] {
  const slugs = [...listFeatures(own), ...(main === undefined ? [] : listFeatures(main))];
  return [...new Set(slugs)].sort();
}

function tryToOpenIn(places: Places, slug: string): Result<Feature> {
  try {
    return openIn(places, slug);
  } catch (error) {
    return refusalOrThrow(error);
  }
}

function openIn({ own, main, tolerant }: Places, slug: string): Result<Feature> {
  const project = main !== undefined && listFeatures(main).includes(slug) ? main : own;
  return openFeature(project, slug, { tolerant });
}

function chooseSlug(places: Places, cwd: string, named: string | undefined): Result<string> {
  const project = places.own;
  const slugs = slugsIn(places);
  if (named !== undefined) return chooseNamed(slugs, named);
  const [only] = slugs;
  if (only === undefined) {
    return refuse(
      "NO_FEATURE",
      `there is no feature in ${shownPath(project.root, project.features_folder)}/`,
      {
        hint: "lane new 001-my-feature makes the first one",
      },
    );
  }
  const found =
    slugOfFolder(project, slugs, cwd) ??
    slugOfBranch(project, slugs) ??
    (slugs.length === 1 ? only : undefined);
  if (found !== undefined) return ok(found);
  return refuse("AMBIGUOUS_FEATURE", `which feature? There are ${slugs.length}: ${listed(slugs)}`, {
    hint: `name one with ${shellOption("--feature", only)}, or set LANE_FEATURE`,
    details: { features: slugs },
  });
}

function chooseNamed(slugs: readonly string[], named: string): Result<string> {
  const sound = parseFeatureSlug(named);
  if (!sound.ok) return sound;
  if (slugs.includes(named)) return ok(named);
  const matching = slugs.filter((slug) => slug.startsWith(named));
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) return ok(only);
  if (only !== undefined) {
    return refuse("AMBIGUOUS_FEATURE", `"${named}" begins ${matching.length} features: ${listed(matching)}`, {
      hint: `name one whole: ${shellOption("--feature", only)}`,
      details: { features: matching },
    });
  }
  return refuse("NO_FEATURE", `no feature is called "${named}" or begins so`, {
    hint: slugs.length === 0 ? `lane new ${shellWord(named)}` : `there are: ${listed(slugs)}`,
    details: { features: slugs },
  });
}

function slugOfFolder(project: Project, slugs: readonly string[], cwd: string): string | undefined {
  const real_cwd = attempt("use", cwd, () => realpathSync(cwd));
  if (!isInside(project.features_folder, real_cwd)) return undefined;
  const [slug] = relative(project.features_folder, real_cwd).split(/[\\/]/);
  return slugs.find((known) => known === slug);
}

/** `034-foo` and `034-foo-WP01` are how branches of a feature are called. */
function slugOfBranch(project: Project, slugs: readonly string[]): string | undefined {
  if (project.git === undefined) return undefined;
  const branch = currentBranch(project.git)?.replace(/-WP\d{2,}$/i, "");
  return slugs.find((slug) => slug === branch);
}

const MOST_LISTED = 12;

function listed(slugs: readonly string[]): string {
  const rest = slugs.length - MOST_LISTED;
  const shown = slugs.slice(0, MOST_LISTED).map(visible).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
