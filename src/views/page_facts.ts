/** What a page says of its work package, besides the lane. */

import type { Page } from "../project/pages.ts";
import { frontmatterText, pageTitle } from "./frontmatter.ts";

/** A work package's own description. */
export interface PageFacts {
  /** From the frontmatter; else the words of the file's name. */
  readonly title: string;
}

/** Reads a page; one whose frontmatter can't be read still has the words of its name. */
export function readPageFacts(page: Page): PageFacts {
  return { title: titleOf(page.text()) ?? wordsOfName(page.shown) };
}

function titleOf(page: string): string | undefined {
  const plain = pageTitle(page);
  if (plain !== undefined && plain.trim() !== "") return Buffer.from(plain, "latin1").toString("utf8");
  const frontmatter = frontmatterText(page);
  if (frontmatter === undefined) return undefined;
  try {
    const keys = Bun.YAML.parse(Buffer.from(frontmatter, "latin1").toString("utf8")) as {
      title?: unknown;
    } | null;
    const title = keys?.title;
    return typeof title === "string" && title.trim() !== "" ? title : undefined;
  } catch {
    return undefined;
  }
}

function wordsOfName(path: string): string {
  const name = path.replace(/^.*[\\/]/, "").replace(/\.md$/, "");
  return name.replace(/^WP\d+-?/, "").replaceAll("-", " ");
}
