/** `lane flow`, as the executable answers. */

import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { FlowDataSchema } from "../../src/contract/flow.ts";
import { type Answer, answered, lane, refused, told } from "../support/lane.ts";
import { eventAt, lineAt, makeFolder, makeProject, pageText, SLUG, treeState } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";
import { dataOf, refusalIn } from "./envelope_schema.ts";

const PAGE = "tasks/WP01-first.md";
const LOG = [
  lineAt(0, { from_lane: "planned", to_lane: "claimed" }),
  lineAt(60, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [eventAt(0).event_id] }),
  lineAt(240, {
    from_lane: "in_progress",
    to_lane: "done",
    force: true,
    reason: "hurry",
    parent_event_ids: [eventAt(60).event_id],
  }),
  lineAt(5, { wp_id: "WP02", from_lane: "planned", to_lane: "blocked" }),
].join("");

function project() {
  return makeProject({ files: { [PAGE]: pageText("planned"), "status.events.jsonl": LOG } });
}

test("flow --json tells a feature's figures, and the same in all", () => {
  using made = project();
  const { data, warnings } = dataOf(lane(made.root, "flow --json"), "flow", FlowDataSchema);
  expect(warnings).toEqual([]);
  const [feature] = data.features;
  expect(data).toMatchObject({ since: null, html: null, features: [{ feature: SLUG }] });
  expect(feature).toMatchObject({
    work_packages: { count: 2, waiting: 0, wip: 1, finished: 1, given_up: 0 },
    lead_hours: { count: 1, median: 4, p85: 4, max: 4 },
    cycle_hours: { count: 1, median: 4, p85: 4, max: 4 },
    per_lane_hours: { claimed: { count: 1, median: 1 }, in_progress: { count: 1, median: 3 } },
    ...{ rollbacks: 0, verdicts: 1, rollback_rate: 0, forced: 1, events: 4, force_rate: 0.25 },
    work_in_progress: [{ feature: SLUG, wp: "WP02", title: "", lane: "blocked", actor: "claude" }],
  });
  const { feature: _, work_in_progress: __, ...figures } = feature ?? {};
  expect(data.total).toEqual(figures as typeof data.total);
});

test("flow --all --json of a project without features is an empty list", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "kitty-specs"));
  const { data } = dataOf(lane(folder.path, "flow --all --json"), "flow", FlowDataSchema);
  expect(data).toMatchObject({ features: [], total: { work_packages: { count: 0 }, events: 0 } });
  expect(told(lane(folder.path, "flow --all"))).toEqual(answered("No features."));
});

test("flow --all tells a feature that can't be read, and the others all the same", () => {
  using made = project();
  mkdirSync(join(made.root, "kitty-specs", "035-broken"));
  writeFileSync(join(made.root, "kitty-specs", "035-broken", "status.events.jsonl"), "x\n");
  const answer = lane(made.root, "flow --all --json");
  const { error } = refusalIn(answer);
  expect({ code: answer.code, error }).toMatchObject({
    code: 3,
    error: {
      code: "LOG_CORRUPT",
      details: { features: [{ feature: SLUG }], failed: [{ feature: "035-broken" }] },
    },
  });
  const shown = lane(made.root, "flow --all");
  expect(shown.stdout).toStartWith(`${SLUG}  2 work packages\n1 finished, 1 in progress\n`);
  expect(shown.stderr).toStartWith("Error: ");
});

test("flow of pages that say more than their missing log warns", () => {
  using made = makeProject({ files: { [PAGE]: pageText("done") } });
  expect(told(lane(made.root, "flow"))).toEqual({
    code: 0,
    stdout: `${SLUG}  1 work package\n1 waiting\n\nNothing has moved yet. How it flows shows as soon as something does.\n`,
    stderr: `Warning: ${SLUG} has no events yet, but kitty-specs/${SLUG}/${PAGE} says done; lane migrate --feature ${SLUG}\n`,
  });
});

test("flow reads, and writes nothing", () => {
  using made = project();
  const before = treeState(made.root);
  for (const words of ["flow", "flow --all --json", "flow --csv", "flow --since 2d"]) {
    expect(lane(made.root, words).code).toBe(0);
  }
  expect(treeState(made.root)).toEqual(before);
});

test("flow --csv is a row for each work package, by RFC 4180", () => {
  using made = project();
  const { code, stdout, stderr } = lane(made.root, "flow --csv");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\r\n")).toEqual([
    "feature,wp,title,lane,first_event_at,started_at,finished_at,lead_hours,cycle_hours,age_hours," +
      "planned_hours,claimed_hours,in_progress_hours,for_review_hours,done_hours,blocked_hours,canceled_hours,rollbacks,forced",
    `${SLUG},WP01,First,done,2026-02-08T12:00:00.000000+00:00,2026-02-08T12:00:00.000000+00:00,` +
      "2026-02-08T16:00:00.000000+00:00,4,4,,,1,3,,,,,0,1",
    expect.stringMatching(
      /^034-test-feature,WP02,,blocked,2026-02-08T12:05:00\.000000\+00:00,,,,,[0-9.]+,,,,,,,,0,0$/,
    ),
    "",
  ]);
});

test("flow --csv: no cell breaks the table, runs as a formula or drives a terminal", () => {
  const titles: [string, string][] = [
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1", "'+1"],
    ["-1+2", "'-1+2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'=1"],
    ["\r=1", "'=1"],
    ["＝1", "'＝1"],
    ['a "b", c', '"a ""b"", c"'],
    ["two\nlines", "two lines"],
    ["a\u001b[31m", "a\\u001b[31m"],
  ];
  for (const [title, cell] of titles) {
    const page = `---\nwork_package_id: WP01\ntitle: ${JSON.stringify(title)}\nlane: planned\n---\n`;
    using made = makeProject({ files: { [PAGE]: page, "status.events.jsonl": lineAt(0) } });
    const [, row] = lane(made.root, "flow --csv").stdout.split("\r\n");
    expect(row).toStartWith(`${SLUG},WP01,${cell},claimed,`);
  }
});

test("flow --csv --since leaves out what nothing happened to", () => {
  using made = project();
  const wps = (since: string) =>
    lane(made.root, ["flow", "--csv", "--since", since])
      .stdout.split("\r\n")
      .slice(1, -1)
      .map((row) => row.split(",")[1]);
  expect(wps("2026-02-08")).toEqual(["WP01", "WP02"]);
  expect(wps("2026-02-08T13:00Z")).toEqual(["WP01"]);
  expect(wps("2026-02-09")).toEqual([]);
});

test("flow refuses two forms at once, and a time that is none", () => {
  using made = project();
  const usage = (words: string) => told(lane(made.root, words));
  expect(usage("flow --csv --html x.html")).toEqual(
    refused(2, "Error: lane flow: --csv and --html are two forms of the answer", "Hint: give one of them"),
  );
  expect(usage("flow --since soon")).toEqual(
    refused(
      2,
      'Error: --since "soon" is neither a date nor a span of time',
      "Hint: write 2026-02-08, 2026-02-08T12:00Z, or a span like 3h, 2d or 1w",
    ),
  );
  const both = lane(made.root, "flow --csv --json");
  expect({ code: both.code, error: refusalIn(both).error.code }).toEqual({ code: 2, error: "USAGE" });
  expect(existsSync(join(made.root, "x.html"))).toBe(false);
});

test("flow --html writes one page, and says where", () => {
  using made = project();
  expect(told(lane(made.root, "flow --html flow.html"))).toEqual(answered("The page is written: flow.html"));
  const path = join(made.root, "flow.html");
  expect(readFileSync(path, "utf8")).toStartWith("<!DOCTYPE html>\n");
  chmodSync(path, 0o600);
  // Its own page it replaces, and keeps who may read it.
  const { data } = dataOf(lane(made.root, "flow --html flow.html --json"), "flow", FlowDataSchema);
  expect(data.html).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(ON_WINDOWS ? 0o666 : 0o600);
  expect(readdirSync(made.root).sort()).toEqual(["flow.html", "kitty-specs"]);
});

test("flow --html writes an empty file full", () => {
  using made = project();
  writeFileSync(join(made.root, "flow.htm"), "");
  expect(lane(made.root, "flow --html flow.htm").code).toBe(0);
});

test("flow --html leaves alone what is not its own", () => {
  using made = project();
  const write = (name: string) => lane(made.root, ["flow", "--html", name]);
  const root = made.root;
  writeFileSync(join(root, "other.html"), "<p>mine</p>");
  mkdirSync(join(root, "folder.html"));
  const before = treeState(root);
  const hint = "Hint: choose another name for the page";
  expect(told(write("other.html"))).toEqual(
    refused(1, "Error: <root>/other.html is not written: it is there and no page of lane flow", hint),
  );
  expect(told(write("folder.html"))).toEqual(
    refused(6, "Error: cannot write <root>/folder.html: it is a folder"),
  );
  expect(told(write("missing/flow.html"))).toEqual(
    refused(6, "Error: cannot write <root>/missing/flow.html: its folder is not there"),
  );
  expect(told(write("other.html/flow.html")).code).toBe(6);
  expect(told(write(`kitty-specs/${SLUG}/status.json`))).toEqual(
    refused(
      2,
      `Error: lane flow: --html "kitty-specs/${SLUG}/status.json" does not end in .html`,
      "Hint: write --html flow.html",
    ),
  );
  expect(write("-").code).toBe(2);
  expect(treeState(root)).toEqual(before);
});

test.skipIf(!CAN_LINK)("flow --html leaves a link alone, wherever it leads", () => {
  using made = project();
  const { root } = made;
  writeFileSync(join(root, "target"), "");
  symlinkSync("target", join(root, "link.html"));
  symlinkSync("nowhere", join(root, "dangling.html"));
  const before = treeState(root);
  for (const name of ["link.html", "dangling.html"]) {
    expect(told(lane(root, ["flow", "--html", name]))).toEqual(
      refused(
        1,
        `Error: <root>/${name} is not written: it is a link`,
        "Hint: choose another name for the page",
      ),
    );
  }
  expect(treeState(root)).toEqual(before);
});

// Windows has no file whose name has a control in it.
test.skipIf(ON_WINDOWS)("flow --html does not drive a terminal by the file's name", () => {
  using made = project();
  const shown = (answer: Answer) => answer.stdout + answer.stderr;
  expect(shown(lane(made.root, ["flow", "--html", "a\u001b[31m.html"]))).toBe(
    "The page is written: a\\u001b[31m.html\n",
  );
  expect(shown(lane(made.root, ["flow", "--html", "no\u001b/x.html"]))).not.toContain("\u001b");
});
