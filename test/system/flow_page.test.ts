/** The flow page in a real browser, made from names that would like to be more. Needs chromium. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, startChromium } from "../support/chromium.ts";
import { makeHostileProject } from "../support/hostile_work.ts";
import { lane } from "../support/lane.ts";
import { SLUG, type TemporaryProject } from "../support/project.ts";

let browser: Browser;
let project: TemporaryProject;
let url: string;

describe.skipIf(Bun.which("chromium") === null)("the flow page in Chromium", () => {
  beforeAll(async () => {
    project = makeHostileProject();
    const written = lane(project.root, "flow --all --since 2026-01-01 --html flow.html");
    if (written.code !== 0) throw new Error(written.stderr);
    url = pathToFileURL(join(project.root, "flow.html")).href;
    browser = await startChromium();
    for (const domain of ["Network", "Log", "Runtime", "Accessibility"])
      await browser.send(`${domain}.enable`);
  }, 60_000);

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    project?.[Symbol.dispose]();
  });

  /** Opens the page on a screen of that width, in a colour scheme. */
  async function openAt(width: number, scheme: "light" | "dark", page = url): Promise<void> {
    const is_phone = width < 500;
    const screen = { width, height: 800, deviceScaleFactor: 1, mobile: is_phone };
    await browser.send("Emulation.setDeviceMetricsOverride", screen);
    await browser.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await browser.open(page);
  }

  test("no script runs, nothing is requested, and the console stays empty", async () => {
    await openAt(1100, "light");
    await browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const requested = browser.events
      .filter(({ method }) => method === "Network.requestWillBeSent")
      .map(({ params }) => (params.request as { url: string }).url);
    const complaints = browser.events.filter(({ method }) =>
      ["Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"].includes(method),
    );
    expect(requested.filter((one) => one !== url && one !== "data:,")).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await browser.evaluate<string>("document.title")).toBe("Flow of 2 features");
    expect(await browser.evaluate<number>("document.scripts.length + document.images.length")).toBe(0);
    const text = await browser.evaluate<string>("document.body.innerText");
    expect(text).toContain("</title><script>document.title='owned'</script>");
    expect(text).toContain("\\u001b]0;owned\\u0007<b onclick=alert(1)>");
  });

  for (const scheme of ["light", "dark"] as const) {
    test(`on a screen of 360 px in ${scheme} the page does not scroll sideways, tables opened or not`, async () => {
      await openAt(360, scheme);
      const overflow = () => browser.evaluate<number>("document.scrollingElement.scrollWidth - innerWidth");
      expect(await overflow()).toBe(0);
      await browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      expect(await overflow()).toBe(0);
      const ground = await browser.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(ground).toBe(scheme === "light" ? "rgb(251, 251, 249)" : "rgb(20, 23, 26)");
    });
  }

  test("on a screen of 360 px no word of a table is broken, and no text of a chart covers another or is cut off", async () => {
    using long = makeHostileProject();
    const folder = join(long.root, "kitty-specs", `${SLUG}-that-${"goes-on-and-".repeat(6)}ends`);
    cpSync(long.folder, folder, { recursive: true });
    expect(lane(long.root, "flow --all --since 2026-01-01 --html flow.html").code).toBe(0);
    await openAt(360, "light", pathToFileURL(join(long.root, "flow.html")).href);
    await browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const broken = await browser.evaluate<string[]>(`(() => {
      const linesOf = (node) => { const range = document.createRange(); range.selectNodeContents(node); return range.getClientRects().length; };
      return [...document.querySelectorAll('th')].filter((one) => one.textContent.length < 20 && linesOf(one) > 1).map((one) => one.textContent);
    })()`);
    expect(broken).toEqual([]);
    const colliding = await browser.evaluate<
      string[]
    >(`[...document.querySelectorAll('svg')].flatMap((svg) => {
      const room = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll('text')].map((one) => ({ one, box: one.getBoundingClientRect() }));
      const outside = texts.filter(({ box }) => box.left < room.left - 1 || box.right > room.right + 1);
      const covered = texts.filter(({ one, box }, i) => !one.matches('.tip') && texts.slice(i + 1).some(({ one, box: other }) => !one.matches('.tip')
        && box.left < other.right && other.left < box.right && box.top < other.bottom - 2 && other.top < box.bottom - 2));
      return [...outside, ...covered].map(({ one }) => one.textContent);
    })`);
    expect(colliding).toEqual([]);
  });

  test("on paper no open table is wider than the page", async () => {
    await openAt(700, "light");
    await browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await browser.send("Emulation.setEmulatedMedia", { media: "print" });
    const widest = "Math.max(...[...document.querySelectorAll('table')].map((one) => one.offsetWidth))";
    expect(await browser.evaluate<number>(widest)).toBeLessThanOrEqual(700);
    await browser.send("Emulation.setEmulatedMedia", { media: "" });
  });

  test("Tab reaches everything that can be focused, in the order of the page, with a visible mark", async () => {
    await openAt(1100, "light");
    await browser.evaluate(
      `window.stops = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter((one) => one.checkVisibility())`,
    );
    const count = await browser.evaluate<number>("stops.length");
    expect(count).toBeGreaterThan(10);
    const reached: number[] = [];
    const marked: boolean[] = [];
    for (let i = 0; i < count; i++) {
      for (const type of ["keyDown", "keyUp"]) {
        await browser.send("Input.dispatchKeyEvent", {
          type,
          key: "Tab",
          code: "Tab",
          windowsVirtualKeyCode: 9,
        });
      }
      reached.push(await browser.evaluate<number>("stops.indexOf(document.activeElement)"));
      marked.push(
        await browser.evaluate<boolean>(
          "getComputedStyle(document.activeElement).outlineStyle !== 'none' || getComputedStyle(document.activeElement.querySelector('.tip')).visibility === 'visible'",
        ),
      );
    }
    expect(reached).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(marked).toEqual(reached.map(() => true));
  });

  interface AxNode {
    readonly role?: { readonly value: string };
    readonly name?: { readonly value: string };
    readonly ignored: boolean;
  }

  test("charts, points, regions and tables have names for those who hear the page", async () => {
    await openAt(1100, "light");
    await browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const { nodes } = await browser.send<{ nodes: AxNode[] }>("Accessibility.getFullAXTree");
    const namesOf = (...roles: string[]) =>
      nodes
        .filter(({ role, ignored }) => !ignored && roles.includes(role?.value ?? ""))
        .map(({ name }) => name?.value ?? "");
    const pictures = namesOf("image", "img", "graphics-document");
    for (const chart of ["Cumulative flow", "Throughput", "Time per lane", "Age of work in progress"]) {
      expect(pictures.filter((name) => name.startsWith(`${chart} `))).toHaveLength(1);
    }
    expect(namesOf("group").filter((name) => name.startsWith("Cycle times "))).toHaveLength(1);
    expect(
      pictures.filter((name) => name.startsWith(`${SLUG} WP`) && name.includes("finished ")),
    ).toHaveLength(5);
    expect(namesOf("table").sort()).toEqual([
      ...["Age of work in progress", "Cumulative flow", "Cycle times", "Each feature's figures"],
      ...["Throughput", "Time per lane"],
    ]);
    for (const role of ["image", "img", "region", "table", "link", "heading", "columnheader", "rowheader"]) {
      expect({ role, nameless: namesOf(role).filter((name) => name.trim() === "") }).toEqual({
        role,
        nameless: [],
      });
    }
    expect(namesOf("main", "banner", "contentinfo")).toHaveLength(3);
    expect(await browser.evaluate<string>("document.documentElement.lang")).toBe("en");
  });
});
