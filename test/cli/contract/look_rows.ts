/** The rows of the commands that people look at: show, board, log, flow. */

import { claimed, inProject, inReview, noFeatures, twoFeatures, withFiles } from "./places.ts";
import { type Row, row } from "./row.ts";

const empty = inProject({ files: { "meta.json": "{}" } });

const BOARD: readonly Row[] = [
  row("board", "ok", "work in progress", "board", { make: claimed }),
  row("board", "ok", "nothing in it", "board", { make: empty }),
  row("board", "ok", "every feature", "board --all", { make: twoFeatures }),
  row("board", "ok", "every feature of none", "board --all", { make: noFeatures }),
  row("board", "USAGE", "a word too many", "board WP01"),
];

const LOG: readonly Row[] = [
  row("log", "ok", "some events", "log", { make: inReview }),
  row("log", "ok", "no event", "log"),
  row("log", "ok", "a work package", "log 1 --limit 1", { make: inReview }),
  row("log", "ok", "every filter", "log WP01 --since 2d --actor claude --to doing --limit 5", {
    make: inReview,
  }),
  row("log", "NO_WORK_PACKAGE", "a work package that is none", "log WP99", { make: claimed }),
  row("log", "INVALID_ID", "an id that is none", "log x", { make: claimed }),
  row("log", "UNKNOWN_LANE", "a lane that is none", "log --to dnoe", { make: claimed }),
  row("log", "USAGE", "a time that is none", "log --since yesterday", { make: claimed }),
  row("log", "USAGE", "a number that is none", "log --limit many", { make: claimed }),
];

const FLOW: readonly Row[] = [
  row("flow", "ok", "work in progress", "flow", { make: inReview }),
  row("flow", "ok", "nothing in it", "flow", { make: empty }),
  row("flow", "ok", "every feature", "flow --all --since 2w", { make: twoFeatures }),
  row("flow", "ok", "a page", "flow --html flow.html", { make: inReview, writes: true }),
  row("flow", "USAGE", "a page that is none", "flow --html flow.txt"),
  row("flow", "USAGE", "a time that is none", "flow --since soon"),
  row("flow", "PRECONDITION_FAILED", "somebody else's file", "flow --html mine.html", {
    make: withFiles(inProject(), { "mine.html": "<p>mine" }),
  }),
  row("flow", "IO", "a folder that is not there", "flow --html no/flow.html"),
];

export const LOOK_ROWS: readonly Row[] = [...BOARD, ...LOG, ...FLOW];
