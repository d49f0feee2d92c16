/**
 * The features of a public project whose state stands in their pages alone, migrated in a
 * real repository. Left out unless LANE_CORPUS names the folder that holds them.
 */

import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { StatusEvent } from "../../src/domain/event.ts";
import { git, makeRepository } from "../project/git.ts";
import { lane } from "../support/lane.ts";
import { treeState } from "../support/project.ts";

const { LANE_CORPUS } = process.env;
const FEATURES = join(LANE_CORPUS ?? "", "legacy-frontmatter", "kitty-specs");
const UNION = "status.events.jsonl merge=union -text\n";
const TIMEOUT_MS = 60_000;

describe.skipIf(!LANE_CORPUS || !existsSync(FEATURES))("legacy frontmatter", () => {
  test(
    "migrate --all --apply keeps every page's lane, and has nothing left to do afterwards",
    () => {
      using repository = makeCorpusRepository();
      const { main } = repository;
      const before = lanesIn(main);
      const texts = pagesIn(main).map((path) => readFileSync(path, "latin1"));

      const answer = lane(main, "migrate --all --apply --json");

      expect(answer).toMatchObject({ code: 0, json: { ok: true } });
      expect(lanesIn(main)).toEqual(before);
      expect(lanesOfLogs(main)).toEqual(before);
      expect(pagesIn(main).map((path) => withoutLane(readFileSync(path, "latin1")))).toEqual(
        texts.map(withoutLane),
      );
      const check = lane(main, "materialize --all --check");
      expect(check.code).toBe(0);
      expect(check.stdout).not.toContain("stale");
      const state = treeState(main);
      expect(lane(main, "migrate --all --apply")).toMatchObject({ code: 0 });
      expect(treeState(main)).toEqual(state);
      const features = readdirSync(FEATURES).length;
      console.log(`note: migrated: ${features} features, ${Object.keys(before).length} work packages`);
      expect(features).toBeGreaterThan(10);
      expect(Object.keys(before).length).toBeGreaterThan(80);
    },
    TIMEOUT_MS,
  );

  for (const [merge, attributes] of [
    ["a plain merge", ""],
    ["a union merge", UNION],
  ] as const) {
    test(
      `two clones that migrate alone and meet in ${merge} have one event for each work package`,
      () => {
        using repository = makeCorpusRepository(attributes);
        const { main } = repository;
        const clones = ["a", "b"].map(repository.beside);
        for (const [i, clone] of clones.entries()) {
          git(repository.path, "clone", "--quiet", main, clone);
          // Each clone has work of its own beside it, so that there is something to merge.
          writeFileSync(join(clone, `note-${i}`), "");
          expect(lane(clone, "migrate --all --apply").code).toBe(0);
          git(clone, "add", "--all");
          git(clone, "commit", "--quiet", "--message", `migrate ${i}`);
        }
        const [a = "", b = ""] = clones;
        const before = lanesIn(a);

        git(a, "pull", "--quiet", "--no-rebase", "--no-edit", b);

        for (const slug of readdirSync(FEATURES)) {
          const ids = eventsOf(a, slug).map(({ event_id }) => event_id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.length).toBe(pagesIn(a).filter((path) => path.includes(`/${slug}/`)).length);
        }
        expect(lanesOfLogs(a)).toEqual(before);
        expect(lane(a, "materialize --all --check").code).toBe(0);
      },
      TIMEOUT_MS,
    );
  }
});

/** The whole corpus, committed, with room for clones beside it. */
function makeCorpusRepository(attributes = "") {
  const repository = makeRepository({});
  mkdirSync(join(repository.main, "kitty-specs"));
  cpSync(FEATURES, join(repository.main, "kitty-specs"), { recursive: true });
  if (attributes !== "") writeFileSync(join(repository.main, ".gitattributes"), attributes);
  git(repository.main, "add", "--all");
  git(repository.main, "commit", "--quiet", "--message", "the corpus");
  return repository;
}

function pagesIn(root: string): string[] {
  return readdirSync(FEATURES).flatMap((slug) => {
    const folder = join(root, "kitty-specs", slug, "tasks");
    const names = readdirSync(folder).filter((name) => /^WP\d+(?:-.*)?\.md$/.test(name));
    return names.sort().map((name) => join(folder, name));
  });
}

/** The lane of every page, aliases resolved, as a YAML parser reads it. */
function lanesIn(root: string): Record<string, string> {
  return Object.fromEntries(
    pagesIn(root).map((path) => {
      const { lane } = parse(readFileSync(path, "utf8").split(/^---\s*$/m)[1] ?? "") as { lane: string };
      return [keyOf(path), lane === "doing" ? "in_progress" : lane];
    }),
  );
}

/** The lane of every work package by its only event; planned where a page has none. */
function lanesOfLogs(root: string): Record<string, string> {
  const planned = pagesIn(root).map((path): [string, string] => [keyOf(path), "planned"]);
  const moved = readdirSync(FEATURES).flatMap((slug) =>
    eventsOf(root, slug).map(({ wp_id, to_lane }): [string, string] => [`${slug} ${wp_id}`, to_lane]),
  );
  return Object.fromEntries([...planned, ...moved]);
}

function eventsOf(root: string, slug: string): StatusEvent[] {
  const log = readFileSync(join(root, "kitty-specs", slug, "status.events.jsonl"), "utf8");
  const lines = log.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as StatusEvent);
}

/** A page as its feature and work package. */
function keyOf(path: string): string {
  const [slug, , name = ""] = path.split("/").slice(-3);
  return `${slug} ${/^WP\d+/.exec(name)?.[0]}`;
}

function withoutLane(page: string): string {
  return page.replace(/^lane:.*$/m, "");
}
