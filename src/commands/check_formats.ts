/** What a check found, in the forms that CI services read. */

import type { Log, Notification, ReportingDescriptor, Result as SarifResult } from "sarif";
import { FINDING_CODES, FINDING_KINDS, type Finding, type Severity } from "../domain/finding.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { hex4, quoted } from "../domain/text.ts";
import type { CheckReport } from "./check_report.ts";
import type { FeatureFailure } from "./each_feature.ts";

const FORMATS = ["text", "github", "sarif"] as const;

export type Format = (typeof FORMATS)[number];

/** Reads `--format`. */
export function readFormat(text: string, json: boolean): Result<Format> {
  const format = FORMATS.find((known) => known === text);
  if (format === undefined) {
    return refuse("USAGE", `there is no format ${quoted(text)}`, {
      hint: `--format is ${FORMATS.join(", ")}`,
    });
  }
  if (json && format !== "text") {
    return refuse("USAGE", `--json and --format ${format} are two forms of one answer`, {
      hint: "give one of them",
    });
  }
  return ok(format);
}

/** What the formats need besides the findings. */
export interface FormatContext {
  /** This lane's version. */
  readonly version: string;
  /** The project's root as seen from the top of its repository, with `/`; empty where they are one. */
  readonly root_in_repository: string;
}

/**
 * Annotations for GitHub Actions: one workflow command a line.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubText(
  { features }: CheckReport,
  failures: readonly FeatureFailure[],
  context: FormatContext,
): string {
  const found = features.flatMap(({ findings }) => findings.map((one) => annotation(one, context)));
  const failed = failures.map(
    ({ refusal }) => `::error title=${refusal.code}::${commandData(refusal.message)}`,
  );
  return [...found, ...failed].join("\n");
}

const GITHUB_COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "notice",
};

function annotation(
  { severity, code, file, line, message, remedy }: Finding,
  context: FormatContext,
): string {
  const properties = [
    `file=${commandProperty(pathInRepository(file, context))}`,
    ...(line === null ? [] : [`line=${line}`]),
    `title=${code}`,
  ];
  const text = remedy.startsWith("none") ? message : `${message}\n${remedy}`;
  return `::${GITHUB_COMMANDS[severity]} ${properties.join(",")}::${commandData(text)}`;
}

function commandData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function commandProperty(text: string): string {
  return commandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

const SARIF_LEVELS = {
  error: "error",
  warning: "warning",
  information: "note",
} as const satisfies Record<Severity, SarifResult.level>;

/**
 * A SARIF log, as code scanning services take it.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifText(
  { features }: CheckReport,
  failures: readonly FeatureFailure[],
  context: FormatContext,
): string {
  const rules = FINDING_CODES.map(
    (id): ReportingDescriptor => ({
      id,
      shortDescription: { text: FINDING_KINDS[id].meaning },
      defaultConfiguration: { level: SARIF_LEVELS[FINDING_KINDS[id].severity] },
    }),
  );
  const notifications = failures.map(
    ({ refusal }): Notification => ({
      level: "error",
      descriptor: { id: refusal.code },
      message: { text: refusal.message },
    }),
  );
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "lanekeeper", semanticVersion: context.version, rules } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            ...(failures.length > 0 && { toolExecutionNotifications: notifications }),
          },
        ],
        results: features.flatMap(({ feature, findings }) =>
          findings.map((one) => sarifResult(feature, one, context)),
        ),
      },
    ],
  };
  // The text may come to stand on a terminal.
  return JSON.stringify(log, null, 2).replace(INVISIBLE, (unit) => `\\u${hex4(unit)}`);
}

/** What JSON leaves raw and a terminal or an editor obeys: DEL, C1, separators, bidirectional controls. */
const INVISIBLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function sarifResult(feature: string, found: Finding, context: FormatContext): SarifResult {
  const { code, severity, file, line, event_id, wp, message, remedy } = found;
  const uri = pathInRepository(file, context).split("/").map(encodeURIComponent).join("/");
  return {
    ruleId: code,
    ruleIndex: FINDING_CODES.indexOf(code),
    level: SARIF_LEVELS[severity],
    message: { text: remedy.startsWith("none") ? message : `${message}\n${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
          // Services that show results beside the code want a line of each.
          region: { startLine: line ?? 1 },
        },
      },
    ],
    properties: { feature, event_id, wp },
  };
}

function pathInRepository(file: string, { root_in_repository }: FormatContext): string {
  return root_in_repository === "" ? file : `${root_in_repository}/${file}`;
}
