/** `lane board`: the lanes as columns; of all features, a line each. */

import { dirname, join } from "node:path";
import type { BoardData } from "../contract/board.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { type FeatureState, readFeatureState } from "../pipeline/feature_state.ts";
import type { Feature } from "../project/feature.ts";
import { listPages } from "../project/pages.ts";
import type { Watched } from "../store/changes.ts";
import { LOG_FILE, META_FILE } from "../store/paths.ts";
import { boardLines } from "./board_lines.ts";
import { boardText, type FeatureBoard } from "./board_text.ts";
import { chooseFeatures, type FeatureFailure, forEachFeature, refusalOfFailures } from "./each_feature.ts";
import type { Invocation, LiveOutcome, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";
import { type View, watchView } from "./watch.ts";
import { entriesOf, unmigratedWarnings } from "./wp_entries.ts";

interface BoardArgs {
  readonly all?: boolean | undefined;
  readonly watch?: boolean | undefined;
}

export async function board(args: BoardArgs, invocation: Invocation): Promise<Outcome | LiveOutcome> {
  if (args.watch && invocation.json) {
    return refuse("USAGE", "lane board: --watch draws on a terminal, it has no JSON", {
      hint: "lane log --follow --json tells what happens, an event a line",
    });
  }
  const boards = await readBoards(args.all, invocation);
  if (!boards.ok) return boards;
  const { failures } = boards.value;
  if (args.watch && (args.all || failures.length === 0)) return watched(boards.value, args, invocation);
  return outcomeOf(boards.value, args, invocation.cwd);
}

/** What was read, and what could not be. */
interface Boards {
  readonly done: readonly FeatureBoard[];
  readonly failures: readonly FeatureFailure[];
}

async function readBoards(all: boolean | undefined, invocation: Invocation): Promise<Result<Boards>> {
  const chosen = await chooseFeatures(all, invocation);
  if (!chosen.ok) return chosen;
  return ok(
    await forEachFeature(chosen.value, invocation, async (feature) => {
      const state = await readFeatureState(feature, invocation.lock_timeout_ms);
      return state.ok ? ok(boardOf(state.value)) : state;
    }),
  );
}

function boardOf(state: FeatureState): FeatureBoard {
  const entries = entriesOf(state);
  const names = state.workflow.lanes.map(({ name }) => name);
  const former = [...new Set(entries.map(({ lane }) => lane))].filter((lane) => !names.includes(lane));
  const lanes = [...state.workflow.lanes, ...former.map((name) => ({ name }))];
  return {
    state,
    lanes: lanes.map((lane) => ({ lane, entries: entries.filter((entry) => entry.lane === lane.name) })),
  };
}

function outcomeOf({ done, failures }: Boards, { all }: BoardArgs, cwd: string): Outcome {
  const warnings = done.flatMap(({ state }) => unmigratedWarnings(state));
  const text = (style: Style) => textOf({ done, failures }, all, cwd, style);
  const data = dataOf(done);
  const refusal = refusalOfFailures(failures, data);
  if (refusal === undefined) return { ok: true, data, warnings, text };
  return all ? { ok: false, refusal, warnings, text } : { ok: false, refusal, warnings };
}

function dataOf(boards: readonly FeatureBoard[]): BoardData {
  return {
    features: boards.map(({ state, lanes }) => ({
      feature: state.feature.slug,
      lanes: Object.fromEntries(lanes.map(({ lane, entries }) => [lane.name, [...entries]])),
    })),
  };
}

function textOf({ done, failures }: Boards, all: boolean | undefined, cwd: string, style: Style): string {
  return all ? boardLines(done, failures, style) : done.map((one) => boardText(one, cwd, style)).join("\n\n");
}

/** A board that follows the files. It stays with the features that it began with, whatever branch git is on. */
function watched(first: Boards, { all }: BoardArgs, invocation: Invocation): LiveOutcome {
  const [board] = first.done;
  const same = all || board === undefined ? invocation : { ...invocation, feature: slugOf(board) };
  let known: readonly FeatureBoard[] = first.done;
  const viewOf = (boards: Boards): View => {
    known = [
      ...boards.done,
      ...known.filter((old) => !boards.done.some((one) => slugOf(one) === slugOf(old))),
    ];
    return {
      text: (style) => textOf(boards, all, invocation.cwd, style),
      watched: watchedOf(known, boards.failures),
    };
  };
  const read = async (): Promise<Result<View>> => {
    const boards = await readBoards(all, { ...same, progress: () => {} });
    if (!boards.ok) return boards;
    const [failed] = boards.value.failures;
    return failed !== undefined && !all ? { ok: false, refusal: failed.refusal } : ok(viewOf(boards.value));
  };
  return { ok: true, live: (live) => watchView(viewOf(first), read, live, "lane board") };
}

function slugOf({ state }: FeatureBoard): string {
  return state.feature.slug;
}

/** The system's signs are for a few features: it has not so many to give. */
const MOST_FOLDERS = 100;

function watchedOf(boards: readonly FeatureBoard[], failures: readonly FeatureFailure[]): Watched {
  const features = boards.map(({ state }) => state.feature);
  const above = [...new Set(features.map(({ folder }) => dirname(folder)))];
  const broken = above.flatMap((folder) => failures.map(({ feature }) => join(folder, feature)));
  return {
    folders: [...above, ...features.flatMap((one) => [one.folder, one.pages_folder]), ...broken].slice(
      0,
      MOST_FOLDERS,
    ),
    files: [
      ...above,
      ...features.flatMap(filesOf),
      ...broken.flatMap((folder) => [join(folder, LOG_FILE), join(folder, META_FILE)]),
    ],
  };
}

/** What a feature's board is made of. */
function filesOf(feature: Feature): string[] {
  const pages = [...listPages(feature).values()].flatMap(([page]) =>
    page === undefined ? [] : [page.path()],
  );
  return [feature.log.path, join(feature.folder, META_FILE), feature.pages_folder, ...pages];
}
