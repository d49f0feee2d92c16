/** The rows of the commands that set work and clones up, and of the merge driver. */

import { pageText, SLUG } from "../../support/project.ts";
import {
  afterCalls,
  inProject,
  mergeSides,
  noFeatures,
  nowhere,
  repository,
  withFiles,
  withFolders,
} from "./places.ts";
import { type Row, row } from "./row.ts";

const SET_UP: readonly Row[] = [
  row("new", "ok", "a first feature in a repository", "new 001-parser", { make: repository, writes: true }),
  row("new", "ok", "one more feature", "new 035-next", { writes: true }),
  row("new", "PRECONDITION_FAILED", "a feature that exists already", ["new", SLUG]),
  row("new", "INVALID_ID", "a slug that leads elsewhere", "new ../x"),
  row("new", "INVALID_ID", "a slug that is no good for branches", "new a..b"),
  row("new", "NO_PROJECT", "neither project nor repository", "new 001-x", { make: nowhere }),
  row("new", "USAGE", "no slug", "new"),
  row("new", "IO", "a file where the features should be", "new 001-x", {
    make: withFolders(withFiles(nowhere, { "kitty-specs": "x" }), ".kittify"),
  }),
  row("add", "ok", "a work package", ["add", "Read the header"], { writes: true }),
  row("add", "ok", "one that waits for another", "add Second --depends-on 1", { writes: true }),
  row("add", "NO_WORK_PACKAGE", "a dependency that is none", "add Second --depends-on WP99"),
  row("add", "INVALID_ID", "a dependency whose id is none", "add Second --depends-on x"),
  row("add", "USAGE", "a title that says nothing", ["add", " "]),
  row("add", "IO", "a file where the pages should be", "add Second", {
    make: withFiles(inProject(), { [`kitty-specs/${SLUG}/tasks`]: "x" }),
  }),
];

const INITED = afterCalls(repository, "init");

const CLONES: readonly Row[] = [
  row("init", "ok", "an empty repository", "init", { make: repository, writes: true }),
  row("init", "ok", "hooks, too", "init --hook", { make: repository, writes: true }),
  row("init", "ok", "a project without git", "init", { writes: true }),
  row("init", "ok", "a clone that is set up already", "init", { make: INITED }),
  row("init", "CONFIG_INVALID", "a file of git's that it does not read", "init", {
    make: withFiles(repository, { ".gitattributes": "\u0000" }),
  }),
  row("init", "IO", "a git config that is being written", "init", {
    make: withFiles(repository, { ".git/config.lock": "" }),
  }),
  row("init", "USAGE", "an option that is none", "init --hooks"),
  row("uninstall", "ok", "a clone that was set up", "uninstall", { make: INITED, writes: true }),
  row("uninstall", "ok", "nothing that init made", "uninstall", { make: noFeatures }),
  row("uninstall", "IO", "a git config that is being written", "uninstall", {
    make: withFiles(INITED, { ".git/config.lock": "" }),
  }),
  row("uninstall", "NO_PROJECT", "a root that is no folder", "uninstall --root none"),
];

const MERGE = ["merge-driver", "page", "base", "ours", "theirs", "7", "a b.md"];

const DRIVER: readonly Row[] = [
  row("merge-driver", "ok", "sides that go together", MERGE, {
    make: mergeSides(pageText("claimed"), pageText("done")),
    writes: true,
    silent: true,
  }),
  row("merge-driver", "ok", "sides with changes of their own", MERGE, {
    make: mergeSides(pageText("claimed"), `${pageText("done")}\nmore\n`),
    writes: true,
    silent: true,
  }),
  row("merge-driver", "CHECK_FAILED", "sides that changed the same lines", MERGE, {
    make: mergeSides(pageText("planned", "A"), pageText("planned", "B")),
    writes: true,
  }),
  row(
    "merge-driver",
    "IO",
    "a result that can't be written",
    ["merge-driver", "page", "base", "none/ours", "theirs", "7", "x.md"],
    { make: nowhere },
  ),
  row("merge-driver", "USAGE", "a kind that is none", ["merge-driver", "log", ...MERGE.slice(2)]),
];

export const SET_UP_ROWS: readonly Row[] = [...SET_UP, ...CLONES, ...DRIVER];
