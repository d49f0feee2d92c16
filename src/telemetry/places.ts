/** Where telemetry keeps what it must remember: beside the locks, never in the working tree. */

import { join, relative } from "node:path";
import type { Feature } from "../project/feature.ts";
import type { Project } from "../project/project.ts";
import { telemetryFolder } from "../project/written.ts";
import type { LockPlace } from "../store/feature_lock.ts";
import type { StatePlace } from "../store/line_file.ts";
import { STATE_FOLDER, STATE_FOLDER_IN_GIT } from "../store/paths.ts";

/** One delivers at a time in a clone: whoever holds this lock. */
export function deliveryLock(project: Project): LockPlace {
  const { path, base } = ofClone(project, "delivery.lock");
  return { path, base };
}

/** Each sink's back-off, and of which untrusted ones the user was told. */
export function memoryPlace(project: Project): StatePlace {
  return ofClone(project, "memory.json");
}

/**
 * The mark that a feature is behind for a sink. Slugs can be as long as a file's name, so
 * that it is named by hashes, with dots between: the project's, the slug's and the sink's.
 *
 * @param slug left out when empty, as is the sink's key: for what names begin and end with
 */
export function behindPlace(project: Project, slug: string, sink_key: string): StatePlace {
  const [of_slug, of_sink] = [slug, sink_key].map((text) => (text === "" ? "" : `.${hashOf(text)}`));
  return ofClone(project, join("behind", `${hashOf(placeInClone(project))}${of_slug}${of_sink}`));
}

/** What became of a feature's events at one sink. */
export function receiptsPlace(feature: Feature, sink_key: string): StatePlace {
  const { path, base } = telemetryFolder(feature);
  return { path: join(path, `${sink_key}.receipts`), base };
}

/** Tells the projects of one clone apart; empty for the one at its top. */
export function placeInClone({ root, git }: Project): string {
  return git === undefined ? "" : relative(git.worktree_top, root);
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 16);
}

/** No feature's folder begins with a dot. */
const FOLDER = ".telemetry";

function ofClone({ root, git }: Project, name: string): StatePlace {
  const [base, folder] = git === undefined ? [root, STATE_FOLDER] : [git.common_dir, STATE_FOLDER_IN_GIT];
  return { path: join(base, folder, FOLDER, name), base };
}
