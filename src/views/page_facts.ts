/** What a page says of its work package, read for other purposes than to change it. */

import { isGiven } from "../domain/text.ts";
import type { Page } from "../project/pages.ts";
import {
  CONFLICT_LINE,
  frontmatterText,
  isCutOff,
  pageLane,
  pageTitle,
  type Unclear,
} from "./frontmatter.ts";

/** A work package's own description. */
export interface PageFacts {
  /** From the frontmatter; else the words of the file's name. */
  readonly title: string;
}

/** Reads a page; one whose frontmatter can't be read still has the words of its name. */
export function readPageFacts(page: Page): PageFacts {
  return { title: titleOf(page.text()) ?? wordsOfName(page.shown) };
}

const DEPENDENCIES_KEY = /^(?:dependencies|"dependencies"|'dependencies')[ \t]*:/gm;
const PLAIN_DEPENDENCIES = /^dependencies: *\[([ ,0-9A-Za-z]*)\][ \t]*\r?$/m;

/**
 * What a page says must be finished first: `dependencies: [WP01]`, as a list of either form.
 *
 * @returns texts as they stand there; empty when it names none; unclear when nobody can tell
 */
export function pageDependencies(page: Page): string[] | Unclear {
  const frontmatter = frontmatterText(page.text());
  if (frontmatter === undefined && isCutOff(page.text(), DEPENDENCIES_KEY)) {
    return { unclear: "its frontmatter has no end", is_yaml: false };
  }
  if (frontmatter === undefined || !frontmatter.includes("dependencies")) return [];
  if ((frontmatter.match(DEPENDENCIES_KEY) ?? []).length > 1) {
    return { unclear: "dependencies: stands there twice", is_yaml: false };
  }
  // An empty list, and one of plain ids, is told without the parser: most pages have one.
  const plain = CONFLICT_LINE.test(frontmatter) ? undefined : PLAIN_DEPENDENCIES.exec(frontmatter)?.[1];
  if (plain !== undefined) {
    return plain
      .split(",")
      .map((id) => id.trim())
      .filter(isGiven);
  }
  const keys = keysOf(page.text());
  if (keys === undefined) return { unclear: "its frontmatter is not YAML", is_yaml: false };
  const named = keys.dependencies;
  const list: readonly unknown[] = Array.isArray(named) ? named : [named ?? ""];
  // What an alias of YAML stands for can be larger than the memory once it is spelled out.
  if (list.some((id) => typeof id === "object"))
    return { unclear: "its dependencies: are no ids", is_yaml: false };
  return list
    .flatMap((id) => String(id).split(","))
    .map((id) => id.trim())
    .filter(isGiven);
}

/**
 * The lane that a page shows, asking a YAML parser where a look is not enough.
 *
 * @returns undefined when it shows none; unclear when nobody can tell
 */
export function shownLane(page: Page): string | undefined | Unclear {
  const lane = pageLane(page.text());
  if (typeof lane === "string") return /^(?:|~|null)$/i.test(lane.trim()) ? undefined : lane;
  if (lane === undefined || !lane.is_yaml) return lane;
  const keys = keysOf(page.text());
  // A list or a map is no lane, and what aliases stand for in it could be endless.
  if (keys === undefined || (typeof keys.lane === "object" && keys.lane !== null)) return lane;
  return keys.lane == null ? undefined : String(keys.lane);
}

function titleOf(page: string): string | undefined {
  const plain = pageTitle(page);
  if (plain !== undefined && plain.trim() !== "") return Buffer.from(plain, "latin1").toString("utf8");
  const title = keysOf(page)?.title;
  return typeof title === "string" && title.trim() !== "" ? title : undefined;
}

/** In characters. A parser takes many times of what it reads: more than this is no honest page's. */
const LONGEST_FRONTMATTER = 1024 * 1024;

/** The frontmatter's keys; undefined when there is none, or none that is YAML. */
function keysOf(page: string): Readonly<Record<string, unknown>> | undefined {
  const frontmatter = frontmatterText(page);
  if (frontmatter === undefined || frontmatter.length > LONGEST_FRONTMATTER) return undefined;
  try {
    const keys: unknown = Bun.YAML.parse(Buffer.from(frontmatter, "latin1").toString("utf8"));
    return typeof keys === "object" && keys !== null ? (keys as Record<string, unknown>) : {};
  } catch {
    return undefined;
  }
}

function wordsOfName(path: string): string {
  const name = path.replace(/^.*[\\/]/, "").replace(/\.md$/, "");
  return name.replace(/^WP\d+-?/, "").replaceAll("-", " ");
}
