// What a release is made from: one commit. Its date stands for every time in the release.

import { join } from "node:path";
import packageJson from "../../package.json";
import { commit, git } from "../build.ts";
import { ROOT } from "../project.ts";

export interface Source {
  readonly version: string;
  /** Short, as `lane --version` says it. */
  readonly commit: string;
  /** Whole; what a serial number is made from. */
  readonly commit_id: string;
  readonly date: Date;
}

/** @param allow_dirty a release from changes that are in no commit can be repeated by nobody */
export function readSource(allow_dirty: boolean): Source {
  const short = commit();
  if (short === "unknown")
    throw new Error(`${ROOT} is no git repository of its own: a release needs a commit${gitComplaint()}`);
  if (short.endsWith("-dirty") && !allow_dirty) {
    throw new Error(
      `${ROOT} has changes that are in no commit: nobody could repeat this release.\nHint: commit them; --allow-dirty makes one to try things out`,
    );
  }
  const [commit_id = "", seconds = "0"] = (git("log", "-1", "--no-show-signature", "--format=%H %ct") ?? "")
    .trim()
    .split(" ");
  return { version: packageJson.version, commit: short, commit_id, date: new Date(Number(seconds) * 1000) };
}

/** In git's words: that the folder is somebody else's, above all. */
function gitComplaint(): string {
  const { stderr } = Bun.spawnSync(["git", "rev-parse", "HEAD"], { cwd: ROOT, stdin: "ignore" });
  return stderr.length === 0 ? "" : `\n${stderr.toString().trim()}`;
}

export const CHANGELOG = join(ROOT, "CHANGELOG.md");
