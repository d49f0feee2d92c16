/** What `.gitattributes` and `.gitignore` of a project have to say. */

import { relative } from "node:path";
import type { Project } from "../project/project.ts";
import { TEMPORARY_SUFFIX } from "../store/durable_file.ts";
import {
  LOG_FILE,
  PAGES_FOLDER,
  realPathInside,
  SNAPSHOT_FILE,
  STATE_FOLDER,
  TASKS_FILE,
} from "../store/paths.ts";
import { withSlashes } from "../store/spelling.ts";
import { DRIVERS } from "./drivers.ts";

/** How git has to merge a feature's files: lines of both sides, ours, and pages by their own driver. */
export function attributeLines(project: Pick<Project, "root" | "features_folder">): string[] {
  // Git matches real paths: it does not look behind links.
  const folder = realPathInside(project.root, project.features_folder);
  const path = withSlashes(relative(project.root, folder));
  const below = (name: string) => attributePattern(path, `**/${name}`);
  return [
    `${below(LOG_FILE)} merge=union -text`,
    `${below(SNAPSHOT_FILE)} merge=${DRIVERS.snapshot} -text`,
    `${below(`${PAGES_FOLDER}/WP*.md`)} merge=${DRIVERS.page}`,
    `${below(TASKS_FILE)} merge=${DRIVERS.page}`,
  ];
}

/** What must not be committed: temporary files of writers that were killed, locks where there was no git. */
export const IGNORE_LINES: readonly string[] = [`*${TEMPORARY_SUFFIX}`, `/${STATE_FOLDER}/`];

/**
 * A pattern of `.gitattributes`.
 *
 * @param folder a path by its plain name, with slashes
 * @param pattern what to match below it
 */
function attributePattern(folder: string, pattern: string): string {
  const plain = folder.replace(/[*?[\]\\]/g, "\\$&").replace(/^[!#]/, "\\$&");
  const whole = plain === "" ? pattern : `${plain}/${pattern}`;
  if (!/[\s"\u0000-\u001f\u007f]/.test(whole)) return whole;
  const quoted = whole.replace(/["\\\u0000-\u001f\u007f]/g, (unit) =>
    unit === '"' || unit === "\\" ? `\\${unit}` : `\\${unit.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"${quoted}"`;
}
