/** What a project and a feature say about themselves: `.kittify/config.yaml` and `meta.json`. */

import { readFileSync, statSync } from "node:fs";
import * as v from "valibot";
import { describeIssue, listProblems } from "../domain/evidence.ts";
import { isJsonObject } from "../domain/json_bytes.ts";
import { type LogTraits, speaksOfMissions } from "../domain/log_style.ts";
import { ok, type Refusal, type Refused, type Result, refuse } from "../domain/refusal.ts";
import { isGiven, quoted, visible, withoutByteOrderMark } from "../domain/text.ts";
import { KNOWN_WORKFLOWS, SEVEN_LANE, type Workflow } from "../domain/workflow.ts";
import { DEFAULT_FEATURES_FOLDER } from "../store/paths.ts";
import { errnoOf, StorageError } from "../store/storage_error.ts";
import type { Telemetry } from "./sinks.ts";

/** 0: views are left alone. 1: written beside the log. 2: the same, and drift is an error. */
export type Phase = 0 | 1 | 2;

const PhaseSchema = v.pipe(
  v.union([v.number(), v.string()], "expected 0, 1 or 2"),
  v.check(isPhase, "expected 0, 1 or 2"),
  v.transform((phase) => Number(phase) as Phase),
);

const FeaturesFolderSchema = v.pipe(
  v.string(),
  v.check(isFolderInside, "expected a folder inside the project, like kitty-specs"),
);

const DaysSchema = v.pipe(v.number(), v.minValue(0, "expected a number of days"));

/** lanekeeper's own part of `.kittify/config.yaml`: the key `status`. */
export const ConfigSchema = v.looseObject({
  phase: v.nullish(PhaseSchema),
  workflow: v.nullish(v.string()),
  /** Where the features lie, relative to the project's root. */
  features_folder: v.nullish(FeaturesFolderSchema, DEFAULT_FEATURES_FOLDER),
  /** By lane: after how many days a work package in it counts as forgotten. */
  stale_after_days: v.nullish(v.record(v.string(), DaysSchema, "expected days by lane, like {claimed: 7}")),
  /** Checked by `project/sinks.ts`, which is loaded only where it is there. */
  telemetry: v.optional(v.unknown()),
});

/** What lanekeeper reads of a feature's `meta.json`. */
export const MetaSchema = v.looseObject({
  status_phase: v.nullish(PhaseSchema),
  status_workflow: v.nullish(v.string()),
  mission_id: v.nullish(v.string()),
});

/** Whether it is a phase, as a number or as a text. */
export function isPhase(phase: number | string): boolean {
  return /^[012]$/.test(String(phase).trim());
}

/** Whether a path, written with `/`, leads into the project and not out of it. */
export function isFolderInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !/[\\:\0]/.test(path) && !path.split("/").includes("..");
}

const META_KEYS = Object.keys(MetaSchema.entries);

export type Config = v.InferOutput<typeof ConfigSchema> & {
  readonly telemetry?: Telemetry | undefined;
  /** Why what stands below `telemetry` can't be used. No reason to refuse anything else. */
  readonly telemetry_refusal?: Refusal | undefined;
};
export type Meta = v.InferOutput<typeof MetaSchema>;

/** What holds where a project says nothing. */
export const DEFAULT_CONFIG: Config = { features_folder: DEFAULT_FEATURES_FOLDER };

/** Larger than any honest file of settings; a larger one is refused unread. */
const LARGEST_SETTINGS_BYTES = 1024 * 1024;

/** A file of settings: where it is, and what messages call it. */
export interface SettingsPlace {
  readonly path: string;
  readonly shown: string;
}

/** Reads lanekeeper's part of the project's configuration; a missing file says nothing. */
export async function readConfig(place: SettingsPlace): Promise<Result<Config>> {
  const text = readSettings(place);
  if (!text.ok) return text;
  if (text.value === undefined || !text.value.includes("status")) return ok(DEFAULT_CONFIG);
  const parsed = await parseYaml(text.value, place);
  if (!parsed.ok) return parsed;
  const status = (parsed.value as { status?: unknown } | null)?.status ?? {};
  const config = check(ConfigSchema, status, place, "status");
  if (!config.ok) return config;
  const { telemetry } = config.value;
  if (telemetry == null) return ok({ ...config.value, telemetry: undefined });
  const { checkTelemetry } = await import("./sinks.ts");
  const checked = checkTelemetry(telemetry);
  if (checked.ok) return ok({ ...config.value, telemetry: checked.value });
  const telemetry_refusal = refuseSettings(place, checked.problem).refusal;
  return ok({ ...config.value, telemetry: undefined, telemetry_refusal });
}

/** Reads a feature's `meta.json`; a missing file says nothing. */
export function readMeta(place: SettingsPlace): Result<Meta> {
  const text = readSettings(place);
  if (!text.ok) return text;
  if (text.value === undefined) return ok({});
  try {
    const meta: unknown = JSON.parse(withoutByteOrderMark(text.value));
    // Most say nothing of what is asked here; a check of all features opens very many.
    if (isJsonObject(meta) && !META_KEYS.some((key) => Object.hasOwn(meta, key))) return ok({});
    return check(MetaSchema, meta, place);
  } catch (error) {
    return refuseSettings(place, `not JSON: ${(error as Error).message}`);
  }
}

/** The phase that a feature is in: its own word, else the project's, else 1. */
export function phaseOf(meta: Meta, config: Config): Phase {
  return meta.status_phase ?? config.phase ?? 1;
}

/**
 * The workflow that a feature's new targets must belong to: its own word, else the
 * project's, else the first that goes with its mission, if it has one, and with its log.
 *
 * @param traits what its log tells, where there is one
 */
export function workflowOf(
  meta: Meta,
  { config, own_workflow }: { config: Config; own_workflow: Workflow | undefined },
  traits?: LogTraits,
): Result<Workflow> {
  const name = meta.status_workflow ?? own_workflow?.name ?? config.workflow;
  if (name == null) return ok(usualWorkflow(meta, traits));
  const known = own_workflow === undefined ? KNOWN_WORKFLOWS : [...KNOWN_WORKFLOWS, own_workflow];
  const workflow = known.find((one) => one.name === name);
  if (workflow !== undefined) return ok(workflow);
  const names = known.map((one) => one.name).join(", ");
  const more =
    meta.status_workflow == null ? "; one of your own is named by its file, like ./workflow.yaml" : "";
  return refuse("CONFIG_INVALID", `this version of lane has no workflow called ${quoted(name)}`, {
    hint: `it knows ${names}; status_workflow in meta.json or status.workflow in .kittify/config.yaml names one${more}`,
    details: { workflow: name.slice(0, 200) },
  });
}

function usualWorkflow({ mission_id }: Meta, traits: LogTraits | undefined): Workflow {
  const has_mission = isGiven(mission_id) || (traits !== undefined && speaksOfMissions(traits));
  const fitting = KNOWN_WORKFLOWS.filter((workflow) => workflow.is_for_missions || !has_mission);
  const hasAllLanes = ({ moves }: Workflow) => traits?.lanes.every((lane) => moves.has(lane)) ?? true;
  return fitting.find(hasAllLanes) ?? fitting[0] ?? SEVEN_LANE;
}

/** Whether `status.workflow` names a file, and not one of the workflows that are known. */
export function namesWorkflowFile(workflow: string | null | undefined): workflow is string {
  return workflow != null && (workflow.includes("/") || /\.ya?ml$/.test(workflow));
}

/** The text of a file of settings; undefined where there is none. */
export function readSettings({ path, shown }: SettingsPlace): Result<string | undefined> {
  try {
    const found = statSync(path);
    if (!found.isFile()) return refuseSettings({ path, shown }, "it is no file");
    if (found.size > LARGEST_SETTINGS_BYTES) {
      return refuseSettings(
        { path, shown },
        `${found.size} bytes are too large; at most ${LARGEST_SETTINGS_BYTES} are read`,
      );
    }
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return ok(undefined);
    throw new StorageError("read", path, error);
  }
}

/**
 * Bun's parser is part of the executable and costs nothing to load, but takes a key that
 * stands there twice in silence, and names no line. Whatever it could get wrong goes to
 * the strict one.
 */
async function parseYaml(text: string, place: SettingsPlace): Promise<Result<unknown>> {
  if (!mayRepeatKeys(text)) {
    try {
      return ok(Bun.YAML.parse(text));
    } catch {
      // The strict parser says what is wrong, and where.
    }
  }
  const { readStrictly } = await import("./strict_yaml.ts");
  const read = await readStrictly(text);
  return "problems" in read ? refuseProblems(read.problems, place) : ok(read.value);
}

/** A problem in a file. */
export interface Problem {
  readonly line: number;
  readonly problem: string;
}

/** A file with more wrong than this is better read again from its beginning. */
const MOST_PROBLEMS = 5;

/** Refuses a file with all that is wrong with it. */
export function refuseProblems(problems: readonly Problem[], place: SettingsPlace): Refused {
  const more = problems.length - MOST_PROBLEMS;
  const told = problems.slice(0, MOST_PROBLEMS);
  const texts = told.map(({ line, problem }) => `line ${line}: ${visible(problem.split("\n")[0] ?? "")}`);
  const text = [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return refuseSettings(place, text, { problems: problems.slice(0, MOST_TOLD) });
}

/** Programs are told of more, but not of a hundred thousand. */
const MOST_TOLD = 100;

function mayRepeatKeys(text: string): boolean {
  const keys = [
    ...text.matchAll(/\b(status|phase|workflow|features_folder|telemetry|sinks)["']?[ \t]*:/g),
  ].map(([, key]) => key);
  return new Set(keys).size < keys.length;
}

function check<T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  place: SettingsPlace,
  prefix?: string,
): Result<v.InferOutput<T>> {
  // Valibot's objects take arrays as well.
  const parsed = v.safeParse(schema, Array.isArray(value) ? "a list" : value);
  if (parsed.success) return ok(parsed.output);
  const problems = parsed.issues.map((issue) => describeIssue(issue, prefix));
  return refuseSettings(place, listProblems(problems));
}

/**
 * Refuses settings that can't be used.
 *
 * @param more what else programs are told
 */
export function refuseSettings(
  place: SettingsPlace,
  problem: string,
  more: Readonly<Record<string, unknown>> = {},
): Refused {
  return refuse("CONFIG_INVALID", `${place.shown}: ${problem}`, {
    hint: `mend ${place.shown}`,
    details: { file: place.path, problem, ...more },
  });
}
