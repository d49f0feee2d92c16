/** The flow page as text: whole, and what must hold for any data. */

import { expect, test } from "bun:test";
import { addUp } from "../../src/commands/flow_measure.ts";
import { flowOfWp } from "../../src/domain/flow_wp.ts";
import { reduce } from "../../src/domain/reduce.ts";
import { KNOWN_VOCABULARY, SEVEN_LANE } from "../../src/domain/workflow.ts";
import { flowPage, GENERATOR_LINE } from "../../src/pages/flow_page.ts";
import { type MadeFeature, makeWork } from "../support/flow_history.ts";
import { hoursOn, walk } from "../support/flows.ts";
import { HOSTILE_ACTOR, HOSTILE_TITLES } from "../support/hostile_work.ts";

const NOW_US = hoursOn(12 * 24);

function pageOf(features: readonly MadeFeature[], since_us: number | null = null): string {
  const measured = features.map(({ feature, titles, events }) => {
    const { work_packages } = reduce(events);
    const wps = [...titles].map(([wp, title]) =>
      flowOfWp({ feature, wp, title }, work_packages.get(wp), SEVEN_LANE, NOW_US, KNOWN_VOCABULARY),
    );
    return { feature, workflow: SEVEN_LANE, wps, warnings: [] };
  });
  return flowPage(addUp(measured, { since_us, now_us: NOW_US }));
}

function workOf(plan: { features: number; wps: number; weeks: number }): MadeFeature[] {
  return makeWork({ ...plan, now_us: NOW_US });
}

const HOSTILE: MadeFeature = {
  feature: "<001>&\"'",
  titles: new Map(HOSTILE_TITLES.map((title, i) => [`WP0${i + 1}`, title])),
  events: HOSTILE_TITLES.flatMap((_, i) =>
    walk(
      `WP0${i + 1}`,
      [i, "claimed", { actor: HOSTILE_ACTOR }],
      ...(i % 2 ? [[2 * i, "done"] as [number, string]] : []),
    ),
  ),
};
const SMALL: MadeFeature = {
  feature: "001-parser",
  titles: new Map([
    ["WP01", "Read the header"],
    ["WP02", "Read <the> body"],
    ["WP03", "Say what is wrong"],
  ]),
  events: [
    ...walk("WP01", [0, "claimed"], [2, "in_progress"], [40, "for_review"], [44, "done"]),
    ...walk("WP02", [30, "claimed"], [200, "in_progress"]),
  ],
};

test("flowPage() of a small feature, whole", () => {
  expect(pageOf([SMALL])).toMatchSnapshot();
});

test("flowPage() is the same for the same data and clock", () => {
  const work = () => workOf({ features: 3, wps: 15, weeks: 10 });
  expect(pageOf(work())).toBe(pageOf(work()));
});

const PAGES: Readonly<Record<string, string>> = {
  "a small feature": pageOf([SMALL]),
  "three features": pageOf(workOf({ features: 3, wps: 15, weeks: 10 })),
  "hostile names": pageOf([HOSTILE, SMALL]),
  "nothing at all": pageOf([]),
  "a feature without events": pageOf([{ ...SMALL, events: [] }]),
  "one moment": pageOf([{ ...SMALL, events: walk("WP01", [12 * 24, "claimed"]) }]),
  "times of 1970": pageOf([
    { ...SMALL, events: walk("WP01", [0, "claimed", { at: "1970-01-01T00:00:00Z" }], [1, "done"]) },
  ]),
  "one wrong time": pageOf([
    { ...SMALL, events: walk("WP01", [0, "claimed", { at: "1971-01-01T00:00:00Z" }], [1, "done"]) },
  ]),
  "times to come": pageOf([{ ...SMALL, events: walk("WP01", [9000, "claimed"], [9001, "done"]) }]),
  "a time since which nothing happened": pageOf([SMALL], hoursOn(280)),
};

for (const [what, page] of Object.entries(PAGES)) {
  test(`flowPage() of ${what}: every element is closed, every id is there once, every reference leads to one`, () => {
    expect(unclosed(page)).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const named = [...page.matchAll(/ aria-labelledby="([^"]*)"/g)].flatMap(([, list = ""]) =>
      list.split(" "),
    );
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test(`flowPage() of ${what}: no script, no handler, nothing from elsewhere, no figure that is none`, () => {
    const markup = tagsOf(page).join("\n");
    expect(markup.match(/<script|\son\w+=|<img|<iframe|<object|<form|javascript:/gi)).toBeNull();
    const addresses = [...markup.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(["data:,", "#main"]);
    expect(page.match(/NaN|Infinity|undefined|\[object|(?<!tabindex)="-\d.*/g)).toBeNull();
    expect(page.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
  });
}

test("flowPage() begins with what makes it ours, and forbids everything but its own styles", () => {
  const page = PAGES["a small feature"] ?? "";
  expect(page.slice(0, 512)).toContain(GENERATOR_LINE);
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
  );
  expect(page).toContain('<html lang="en">');
});

test("flowPage() says where its charts begin when there is more before", () => {
  expect(PAGES["times of 1970"]).not.toContain("there is more before");
  expect(PAGES["one wrong time"]).toContain("Charts over time begin at 17 Feb 2025; there is more before.");
  expect(PAGES["a small feature"]).not.toContain("there is more before");
});

test("flowPage() of 400 features and 2,000 work packages stays small, and says what it leaves out", () => {
  const page = pageOf(workOf({ features: 400, wps: 5, weeks: 30 }));
  expect(page.length).toBeLessThan(600_000);
  expect(page.match(/<g class="point"/g)).toHaveLength(500);
  expect(page.match(/<g class="point"[^>]* tabindex="0"/g)).toHaveLength(30);
  expect(page).toContain("The newest 500 of ");
  expect(page).toContain("The first 200 of ");
  expect(page).toMatch(/<p class="note">and \d+ more<\/p>/);
});

/** The tags of a page, its style sheet left out. */
function tagsOf(page: string): string[] {
  return page.replace(/<style>[\s\S]*?<\/style>/, "").match(/<[^>]*>/g) ?? [];
}

const VOID = ["!DOCTYPE", "meta", "link"];

/** The elements that are not closed, or closed where another one is open. */
function unclosed(page: string): string[] {
  const open: string[] = [];
  for (const tag of tagsOf(page)) {
    const name = /^<\/?([!\w]+)/.exec(tag)?.[1] ?? tag;
    if (VOID.includes(name) || tag.endsWith("/>")) continue;
    if (!tag.startsWith("</")) open.push(name);
    else if (open.pop() !== name) return [tag];
  }
  return open;
}
