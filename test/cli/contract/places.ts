/** The situations that calls find themselves in, made for real. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "../../project/git.ts";
import { startHolder } from "../../store/holder.ts";
import { makeRepository, NO_USER_SETTINGS } from "../../support/git_user.ts";
import { lane } from "../../support/lane.ts";
import { lineAt, makeFolder, makeProject, type ProjectParts, pageText, SLUG } from "../../support/project.ts";

/** Where a call takes place, until its block ends. */
export interface Place extends AsyncDisposable {
  readonly root: string;
}

export const LOG = "status.events.jsonl";
const PAGE = "tasks/WP01-first.md";

/** A project with one feature. */
export function inProject(parts?: ProjectParts): () => Promise<Place> {
  return async () => {
    const { root, [Symbol.dispose]: dispose } = makeProject(parts);
    return { root, [Symbol.asyncDispose]: async () => dispose() };
  };
}

/** A project whose feature has one planned page and this log. */
export function withLog(log: string, page = "planned"): () => Promise<Place> {
  return inProject({ files: { [PAGE]: pageText(page), [LOG]: log } });
}

/** WP01 is claimed by claude, and everything derived says so. */
export const claimed = afterCalls(inProject(), "emit 1 --to claimed --actor claude --idempotency-key k1");

/** WP01 waits for its review. */
export const inReview = afterCalls(
  withLog(lineAt(1, { to_lane: "for_review", idempotency_key: "k1" }), "for_review"),
  "materialize",
);

/** A project of a mission, which runs nine lanes. */
export const inMission = inProject({
  files: { "meta.json": '{"mission_id": "01M"}', [PAGE]: "---\ntitle: First\n---\n" },
});

/** WP01 of a mission is in review. */
export const inMissionReview = afterCalls(
  inMission,
  "emit 1 --to planned --actor ana",
  "emit 1 --to in_review --actor ana --force --reason set-up",
);

/** A project with a workflow of its own. */
export function withOwnWorkflow(table: string): () => Promise<Place> {
  const config = "status: {workflow: ./workflow.yaml}\n";
  return withFiles(inProject({ config }), { ".kittify/workflow.yaml": table });
}

/** A place where these calls went before; each must succeed. */
export function afterCalls(make: () => Promise<Place>, ...calls: readonly string[]): () => Promise<Place> {
  return async () => {
    const place = await make();
    for (const words of calls) {
      const { code, stderr } = lane(place.root, words, { env: NO_USER_SETTINGS });
      if (code !== 0) throw new Error(`lane ${words}: ${code}: ${stderr}`);
    }
    return place;
  };
}

/** A place with more files, or others, by path from its root; null takes one away. */
export function withFiles(
  make: () => Promise<Place>,
  files: Readonly<Record<string, string | null>>,
): () => Promise<Place> {
  return async () => {
    const place = await make();
    for (const [path, text] of Object.entries(files)) {
      rmSync(join(place.root, path), { recursive: true, force: true });
      if (text !== null) writeFiles(place.root, { [path]: text });
    }
    return place;
  };
}

/** A place with these folders. */
export function withFolders(make: () => Promise<Place>, ...paths: readonly string[]): () => Promise<Place> {
  return async () => {
    const place = await make();
    for (const path of paths) mkdirSync(join(place.root, path), { recursive: true });
    return place;
  };
}

/** A folder without any project. */
export async function nowhere(): Promise<Place> {
  const { path, [Symbol.dispose]: dispose } = makeFolder();
  return { root: path, [Symbol.asyncDispose]: async () => dispose() };
}

/** A git repository in which nothing of lane is. */
export async function repository(): Promise<Place> {
  const { root, [Symbol.dispose]: dispose } = makeRepository();
  return { root, [Symbol.asyncDispose]: async () => dispose() };
}

export const noFeatures = withFolders(nowhere, "kitty-specs");
export const twoFeatures = withFolders(inProject(), "kitty-specs/034-twin");
export const badConfig = inProject({ config: "status: {" });
export const corruptLog = withLog(`${lineAt(1)}{"half": \n`, "claimed");
export const tornLog = withLog(`${lineAt(1)}{"actor`, "claimed");
export const conflictedLog = withLog(
  `<<<<<<< HEAD\n${lineAt(1)}=======\n${lineAt(2)}>>>>>>> other\n`,
  "claimed",
);
export const unmigrated = inProject({ files: { [PAGE]: pageText("done") } });

/** Works for root, too: a folder stands where the log should be. */
export const logIsFolder = withFolders(inProject(), `kitty-specs/${SLUG}/${LOG}`);

/** Another process holds the feature's lock. */
export async function locked(): Promise<Place> {
  const project = makeProject();
  const { lock } = await project.open();
  const holder = await startHolder(lock);
  return {
    root: project.root,
    [Symbol.asyncDispose]: async () => {
      await holder[Symbol.asyncDispose]();
      project[Symbol.dispose]();
    },
  };
}

/** Pages of both sides and of their base, as git gives them to a merge driver. */
export function mergeSides(ours: string, theirs: string): () => Promise<Place> {
  return async () => {
    const place = await nowhere();
    for (const [name, text] of [
      ["base", pageText("planned")],
      ["ours", ours],
      ["theirs", theirs],
    ] as const) {
      writeFileSync(join(place.root, name), text);
    }
    return place;
  };
}
