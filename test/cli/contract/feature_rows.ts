/** What every command that works on a feature says where there is none, or none that can be used. */

import type { RefusalCode } from "../../../src/domain/refusal.ts";
import {
  badConfig,
  conflictedLog,
  corruptLog,
  locked,
  logIsFolder,
  noFeatures,
  nowhere,
  type Place,
  tornLog,
  twoFeatures,
  unmigrated,
} from "./places.ts";
import { type Row, row } from "./row.ts";

/** A situation; the words are put behind the call. */
interface Trouble {
  readonly given: string;
  readonly make?: () => Promise<Place>;
  readonly words?: readonly string[];
  readonly code: RefusalCode;
}

const TROUBLES = {
  no_project: { given: "no project", make: nowhere, code: "NO_PROJECT" },
  no_feature: { given: "no feature", make: noFeatures, code: "NO_FEATURE" },
  ambiguous: { given: "two features, and none is named", make: twoFeatures, code: "AMBIGUOUS_FEATURE" },
  prefix: {
    given: "a prefix of two features",
    make: twoFeatures,
    words: ["--feature", "034-"],
    code: "AMBIGUOUS_FEATURE",
  },
  unknown: { given: "a feature that is none", words: ["--feature", "999"], code: "NO_FEATURE" },
  bad_slug: { given: "a slug that leads elsewhere", words: ["--feature", "../x"], code: "INVALID_ID" },
  no_option: { given: "an option that is none", words: ["--frobnicate"], code: "USAGE" },
  extra: { given: "too many words", words: ["a", "b", "c"], code: "USAGE" },
  bad_config: { given: "a configuration that is no YAML", make: badConfig, code: "CONFIG_INVALID" },
  corrupt: { given: "a line that is not JSON", make: corruptLog, code: "LOG_CORRUPT" },
  torn: { given: "a torn line", make: tornLog, code: "LOG_CORRUPT" },
  conflicted: { given: "git's conflict markers", make: conflictedLog, code: "LOG_CORRUPT" },
  unmigrated: { given: "pages that have moved, and no log", make: unmigrated, code: "NOT_MIGRATED" },
  locked: {
    given: "a lock that is held",
    make: locked,
    words: ["--lock-timeout", "50ms"],
    code: "LOCK_TIMEOUT",
  },
  io: { given: "a log that is a folder", make: logIsFolder, code: "IO" },
} as const satisfies Readonly<Record<string, Trouble>>;

type TroubleName = keyof typeof TROUBLES;

/** A call, and what it says otherwise than most; null where it does not mind. */
interface Calling {
  readonly words: string;
  readonly but?: Readonly<Partial<Record<TroubleName, RefusalCode | null>>>;
}

/** A check finds what others are stopped by. */
const FOUND = {
  bad_config: "CHECK_FAILED",
  corrupt: "CHECK_FAILED",
  torn: "CHECK_FAILED",
  conflicted: "CHECK_FAILED",
} as const;
const READS_ON = { unmigrated: null, locked: null } as const;

/** Every command that works on a feature: a new one is a line here. */
const CALLINGS: Readonly<Record<string, Calling>> = {
  emit: { words: "emit 1 --to blocked --actor ana" },
  move: { words: "move 1 blocked --actor ana" },
  next: { words: "next", but: { locked: null } },
  show: { words: "show", but: READS_ON },
  board: { words: "board", but: READS_ON },
  log: { words: "log", but: READS_ON },
  flow: { words: "flow", but: READS_ON },
  materialize: { words: "materialize", but: { unmigrated: null } },
  validate: { words: "validate", but: { ...FOUND, ...READS_ON } },
  doctor: { words: "doctor", but: { ...FOUND, ...READS_ON } },
  migrate: {
    words: "migrate",
    but: {
      ...READS_ON,
      corrupt: "CHECK_FAILED",
      torn: "CHECK_FAILED",
      conflicted: "CHECK_FAILED",
      io: "CHECK_FAILED",
    },
  },
  workflow: {
    words: "workflow",
    but: { ...READS_ON, no_project: null, no_feature: null, ambiguous: null },
  },
  sync: { words: "sync", but: { ...READS_ON, no_feature: null, ambiguous: null } },
  add: { words: "add Second", but: { unmigrated: null } },
};

export const FEATURE_ROWS: readonly Row[] = Object.entries(CALLINGS).flatMap(
  ([command, { words, but = {} }]) =>
    Object.entries<Trouble>(TROUBLES).flatMap(([name, { given, make, words: more = [], code }]) => {
      const other = but[name as TroubleName];
      if (other === null) return [];
      return [row(command, other ?? code, given, [...words.split(" "), ...more], make && { make })];
    }),
);
