/** A project's own workflow: a table in a YAML file that `status.workflow` names. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as v from "valibot";
import { describeIssue } from "../domain/evidence.ts";
import { isJsonObject } from "../domain/json_bytes.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { quoted, visible } from "../domain/text.ts";
import { defineWorkflow, KNOWN_WORKFLOWS, type Workflow } from "../domain/workflow.ts";
import { tableProblems } from "../domain/workflow_problems.ts";
import { WorkflowSchema } from "../domain/workflow_schema.ts";
import { CONFIG_FILE, realPathInside, shownPath } from "../store/paths.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import { readSettings, refuseProblems, refuseSettings, type SettingsPlace } from "./settings.ts";
import { readStrictly } from "./strict_yaml.ts";

/**
 * Reads the workflow that a project's configuration names.
 *
 * @param root the project's real path
 * @param named a path from the configuration's folder, else from the root
 * @returns the workflow, or `CONFIG_INVALID` with the line of each problem
 * @throws StorageError when it is there and can't be read
 */
export async function readOwnWorkflow(root: string, named: string): Promise<Result<Workflow>> {
  const found = pathOf(root, named);
  if (!found.ok) return found;
  const path = found.value;
  const place = { path, shown: shownPath(root, path) };
  const text = readSettings(place);
  if (!text.ok) return text;
  if (text.value !== undefined) return parseWorkflow(text.value, place);
  return refuse("CONFIG_INVALID", `status.workflow names ${visible(named)}, and there is no such file`, {
    hint: `make ${place.shown}, or mend ${CONFIG_FILE}`,
    details: { file: join(root, CONFIG_FILE) },
  });
}

/** Where the file is, or would be made. */
function pathOf(root: string, named: string): Result<string> {
  const config = { path: join(root, CONFIG_FILE), shown: CONFIG_FILE };
  if (isAbsolute(named) || named.includes("\0")) {
    const problem = `expected a path inside the project, like ./workflow.yaml, found ${quoted(named)}`;
    return refuseSettings(config, `status.workflow: ${problem}`);
  }
  const beside = join(root, dirname(CONFIG_FILE), named);
  const in_root = join(root, named);
  try {
    return ok(realPathInside(root, !existsSync(beside) && existsSync(in_root) ? in_root : beside));
  } catch (error) {
    // A check must be able to say so and go on.
    return refuseSettings(config, `status.workflow: ${refusalOrThrow(error).refusal.message}`);
  }
}

async function parseWorkflow(text: string, place: SettingsPlace): Promise<Result<Workflow>> {
  const read = await readStrictly(text);
  if ("problems" in read) return refuseProblems(read.problems, place);
  const { document, value, lineAt } = read;
  const { isNode } = await import("yaml");
  /** Of something that is missing, the line of what it is missing in. */
  const lineOf = (path: readonly unknown[]): number => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range != null) return lineAt(node.range[0]);
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  if (!isJsonObject(value)) {
    const problem = value == null ? "it is empty" : "it is no table with the keys name, lanes and pairs";
    return refuseProblems([{ line: 1, problem }], place);
  }
  const parsed = v.safeParse(WorkflowSchema, value);
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => {
      const path = (issue.path ?? []).map(({ key }) => key);
      return { line: lineOf(path), problem: describeIssue(issue) };
    });
    return refuseProblems(problems, place);
  }
  const taken = KNOWN_WORKFLOWS.map(({ name }) => name);
  const problems = tableProblems(parsed.output, taken).map(({ path, problem }) => ({
    line: lineOf(path),
    problem: `${path.join(".")}: ${problem}`,
  }));
  return problems.length > 0 ? refuseProblems(problems, place) : ok(defineWorkflow(parsed.output));
}
