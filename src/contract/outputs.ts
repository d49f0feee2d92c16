/** Which shape the `data` of which command has: a new command is one line here. */

import type * as v from "valibot";

/** By command; `lane` is a call without one. Loaded only by who asks for it. */
export const OUTPUTS: Readonly<Record<string, () => Promise<v.GenericSchema>>> = {
  lane: async () => (await import("./about.ts")).LaneDataSchema,
  emit: async () => (await import("./emit.ts")).EmitDataSchema,
  move: async () => (await import("./emit.ts")).MoveDataSchema,
  next: async () => (await import("./next.ts")).NextDataSchema,
  show: async () => (await import("./show.ts")).ShowDataSchema,
  board: async () => (await import("./board.ts")).BoardDataSchema,
  log: async () => (await import("./log.ts")).LogDataSchema,
  flow: async () => (await import("./flow.ts")).FlowDataSchema,
  materialize: async () => (await import("./materialize.ts")).MaterializeDataSchema,
  validate: async () => (await import("./checks.ts")).ValidateDataSchema,
  doctor: async () => (await import("./checks.ts")).DoctorDataSchema,
  migrate: async () => (await import("./migrate.ts")).MigrateDataSchema,
  new: async () => (await import("./set_up.ts")).NewDataSchema,
  add: async () => (await import("./set_up.ts")).AddDataSchema,
  init: async () => (await import("./set_up.ts")).InitDataSchema,
  uninstall: async () => (await import("./set_up.ts")).UninstallDataSchema,
  "merge-driver": async () => (await import("./set_up.ts")).MergeDriverDataSchema,
  sync: async () => (await import("./sync.ts")).SyncDataSchema,
  schema: async () => (await import("./schema.ts")).SchemaDataSchema,
  workflow: async () => (await import("./workflow.ts")).WorkflowDataSchema,
  guide: async () => (await import("./guide.ts")).GuideDataSchema,
  completions: async () => (await import("./completions.ts")).CompletionsDataSchema,
  complete: async () => (await import("./completions.ts")).CompleteDataSchema,
  help: async () => (await import("./help.ts")).HelpDataSchema,
};

/** The commands that say in `details` of `CHECK_FAILED` what they would have said in `data`. */
export const CHECKS: readonly string[] = [
  "materialize",
  "validate",
  "doctor",
  "migrate",
  "merge-driver",
  "sync",
];

/** The commands that with `--follow` print lines of another shape, each by itself, instead of one answer. */
export const FOLLOWED: Readonly<Record<string, () => Promise<v.GenericSchema>>> = {
  log: async () => (await import("./parts.ts")).ShownEventSchema,
};
