/** Sets up work: a new feature's folder, a new work package's page. */

import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseFeatureSlug, parseWpId } from "../domain/identifiers.ts";
import { ok, type Refused, type Result, refuse, type Warning } from "../domain/refusal.ts";
import { isGiven, visible } from "../domain/text.ts";
import { initialLane } from "../domain/workflow.ts";
import type { Feature } from "../project/feature.ts";
import { findGitFolder } from "../project/git_folder.ts";
import { knownWpIds, listPages } from "../project/pages.ts";
import { findProject, listFeatures, openProject, type Standpoint } from "../project/project.ts";
import { createFile, syncDirectory } from "../store/durable_file.ts";
import { withFeatureLock } from "../store/feature_lock.ts";
import { META_FILE, realPathInside, TASKS_FILE } from "../store/paths.ts";
import { attempt, errnoOf, StorageError } from "../store/storage_error.ts";
import { updateViews } from "../views/views.ts";
import { readFeatureStateNow } from "./feature_state.ts";

/** A slug that is also a fine branch name, folder name and shell word. */
const NEW_SLUG = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** What Windows takes for a device, whatever follows the first dot: a clone there could not check it out. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Starts a feature: its folder with `meta.json` and `tasks.md`. Where there is no project
 * yet, the git repository around the caller becomes one.
 */
export async function scaffoldFeature(
  slug: string,
  standpoint: Standpoint,
): Promise<Result<{ slug: string; paths: string[] }>> {
  const sound = parseFeatureSlug(slug);
  if (!sound.ok) return sound;
  if (!NEW_SLUG.test(slug) || slug.includes("..") || slug.endsWith(".lock") || DEVICE_NAME.test(slug)) {
    return refuse("INVALID_ID", `"${visible(slug)}" is no good slug for a feature and its branches`, {
      hint: "use letters, digits, dots, dashes and underscores, like 034-status-model",
      details: { found: slug.slice(0, 200) },
    });
  }
  const project = await projectFor(standpoint);
  if (!project.ok) return project;
  const { root, features_folder } = project.value;
  const folder = join(features_folder, slug);
  realPathInside(root, features_folder);
  makeFolders(features_folder);
  const twin = refuseTwin(slug, listFeatures(project.value));
  if (twin !== undefined) return twin;
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw new StorageError("create", folder, error);
    return refuse("PRECONDITION_FAILED", `feature ${slug} exists already`, {
      hint: `lane show --feature ${slug}`,
      details: { feature: slug },
    });
  }
  const paths = [join(folder, META_FILE), join(folder, TASKS_FILE)];
  const texts = [`${JSON.stringify({ slug }, null, 2)}\n`, tasksText(slug)];
  try {
    for (const [i, path] of paths.entries()) createFile(path, Buffer.from(texts[i] ?? "", "utf8"));
    syncDirectory(folder);
    syncDirectory(features_folder);
  } catch (error) {
    removeHalfMade(folder, paths);
    throw error;
  }
  return ok({ slug, paths });
}

/** What a new work package is. */
export interface NewWorkPackage {
  readonly title: string;
  /** Ids as people type them. */
  readonly depends_on: readonly string[];
}

/** Adds a work package's page under the next free id; the lock keeps two callers apart. */
export async function addWorkPackage(
  feature: Feature,
  { title, depends_on }: NewWorkPackage,
  lock_timeout_ms: number,
): Promise<Result<{ wp: string; path: string; warnings: readonly Warning[] }>> {
  if (!isGiven(title) || visible(title) !== title) {
    return refuse("USAGE", "a title is one line of visible text", { hint: 'lane add "Read the header"' });
  }
  const dependencies: string[] = [];
  for (const id of depends_on) {
    const parsed = parseWpId(id);
    if (!parsed.ok) return parsed;
    if (!dependencies.includes(parsed.value)) dependencies.push(parsed.value);
  }
  // A page is for eyes of every YAML version: with 1.1 in mind, "on" and "yes" get their quotes.
  const { stringify } = await import("yaml");
  const frontmatter = (keys: object) => stringify(keys, { version: "1.1", lineWidth: 0 });

  return withFeatureLock(feature.lock, lock_timeout_ms, () => {
    const state = readFeatureStateNow(feature);
    if (!state.ok) return state;
    const known = knownWpIds(listPages(feature), state.value.reduction);
    const missing = dependencies.filter((id) => !known.includes(id));
    if (missing.length > 0) {
      return refuse("NO_WORK_PACKAGE", `nothing is called ${missing.join(", ")} in ${feature.slug}`, {
        hint: known.length === 0 ? "there are no work packages yet" : `there are: ${known.join(", ")}`,
        details: { missing },
      });
    }
    // Longer ones, which nobody can type, may be in a log or a page's name.
    const last = known.findLast((id) => parseWpId(id).ok);
    const next = parseWpId(nextId(last));
    if (!next.ok) {
      return refuse("PRECONDITION_FAILED", `no id is left after ${last}`, {
        hint: "start another feature: lane new <slug>",
        details: { last },
      });
    }
    const wp = next.value;
    const path = join(feature.pages_folder, `${wp}-${fileWords(title)}.md`.replace("-.md", ".md"));
    const lane = initialLane(state.value.workflow);
    const keys = frontmatter({ work_package_id: wp, title, lane, dependencies });
    attempt("create", feature.pages_folder, () => mkdirSync(feature.pages_folder, { recursive: true }));
    createFile(path, Buffer.from(`---\n${keys}---\n\n# ${wp}: ${title}\n`, "utf8"));
    syncDirectory(feature.pages_folder);
    syncDirectory(dirname(feature.pages_folder));
    const { warnings } = updateViews(
      feature,
      listPages(feature),
      state.value.reduction,
      state.value.workflow,
    );
    return ok({ wp, path, warnings });
  });
}

/** Makes a folder and those above it that are not there; each is still there after a power cut. */
function makeFolders(folder: string): void {
  const outermost = attempt("create", folder, () => mkdirSync(folder, { recursive: true }));
  if (outermost === undefined) return;
  for (let made = folder; made.length >= outermost.length; made = dirname(made)) syncDirectory(dirname(made));
}

/** Many file systems would take the two for one folder. */
function refuseTwin(slug: string, slugs: readonly string[]): Refused | undefined {
  const twin = slugs.find((one) => one !== slug && one.toLowerCase() === slug.toLowerCase());
  if (twin === undefined) return undefined;
  return refuse("PRECONDITION_FAILED", `feature ${visible(twin)} has the same name but for its case`, {
    hint: "give it another name: many file systems take the two for one folder",
    details: { feature: twin },
  });
}

async function projectFor(standpoint: Standpoint) {
  const project = await findProject(standpoint);
  if (project.ok || project.refusal.code !== "NO_PROJECT" || standpoint.root !== undefined) return project;
  const git = findGitFolder(standpoint.cwd);
  return git === undefined ? project : openProject(git.worktree_top);
}

/** Half a feature would keep the next try from making a whole one. What others put there stays. */
function removeHalfMade(folder: string, paths: readonly string[]): void {
  try {
    for (const path of paths) rmSync(path, { force: true });
    rmdirSync(folder);
  } catch {
    // The failure that led here is the one to report.
  }
}

function nextId(last: string | undefined): string {
  const number = last === undefined ? 1 : Number(last.slice(2)) + 1;
  return `WP${String(number).padStart(2, "0")}`;
}

const LONGEST_FILE_WORDS = 60;

/** A title as a part of a file name: `Read the header!` is `read-the-header`. */
function fileWords(title: string): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-");
  return words.slice(0, LONGEST_FILE_WORDS).replace(/^-+|-+$/g, "");
}

function tasksText(slug: string): string {
  return `# Tasks of ${slug}

List the subtasks of a work package below a heading that names it, as items with a box.
It can't go to review until all of them are ticked.
`;
}
