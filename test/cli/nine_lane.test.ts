/** The nine-lane workflow, as a person or an agent uses it: whole outputs. */

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, lane, refused, told } from "../support/lane.ts";
import { makeProject, pageText, SLUG, type TemporaryProject } from "../support/project.ts";

const LOG = `kitty-specs/${SLUG}/status.events.jsonl`;
const MISSION = '{"mission_id": "01M"}';
const RESULT = { reviewer: "bob", verdict: "approved", reference: "PR#1" };
const REJECTION = { ...RESULT, verdict: "changes_requested" };

/** A project of a mission, whose WP01 has a page that shows no lane. */
function makeMission(files: Readonly<Record<string, string>> = {}): TemporaryProject {
  return makeProject({
    files: { "meta.json": MISSION, "tasks/WP01-first.md": "---\ntitle: First\n---\n", ...files },
  });
}

/** The same with WP01 in review. */
function inReview(): TemporaryProject {
  const project = makeMission();
  for (const to of ["claimed", "in_progress", "for_review", "in_review"])
    emit(project, `--to ${to} --actor ana`);
  return project;
}

function emit(project: TemporaryProject, words: string | readonly string[]) {
  const rest = typeof words === "string" ? words.split(" ") : words;
  return told(lane(project.root, ["emit", "WP01", ...rest]));
}

function moved(line: string) {
  return answered(line, `event <id 1> in ${LOG}`);
}

test("complete offers what a work package without events can do", () => {
  using project = makeMission();

  expect(told(lane(project.root, ["complete", "bash", "--", "emit", "WP01", "--to", ""])).stdout).toBe(
    "words\nplanned\nclaimed\nblocked\ncanceled\n",
  );
});

test("emit takes a work package through nine lanes, and through a rejection", () => {
  using project = makeMission();

  expect(emit(project, "--to planned --actor ana")).toEqual(moved("WP01: genesis -> planned, by ana"));
  expect(emit(project, "--to claimed --actor claude")).toEqual(moved("WP01: planned -> claimed, by claude"));
  expect(emit(project, "--to doing --actor claude")).toEqual(
    moved("WP01: claimed -> in_progress, by claude"),
  );
  expect(emit(project, "--to for_review --actor claude")).toEqual(
    moved("WP01: in_progress -> for_review, by claude"),
  );
  expect(emit(project, "--to in_review --actor bob")).toEqual(moved("WP01: for_review -> in_review, by bob"));
  const review = "--actor bob --reviewer bob --reference PR#1 --verdict";
  expect(emit(project, `--to in_progress ${review} changes_requested`)).toEqual(
    moved("WP01: in_review -> in_progress, by bob"),
  );
  emit(project, "--to for_review --actor claude");
  emit(project, "--to in_review --actor bob");
  expect(emit(project, `--to approved ${review} approved`)).toEqual(
    moved("WP01: in_review -> approved, by bob"),
  );
  expect(emit(project, "--to done --actor ana --reviewer bob --reference PR#1")).toEqual(
    moved("WP01: approved -> done, by ana"),
  );

  const reviewed = project.events().filter(({ review_result, evidence }) => review_result ?? evidence);
  expect(
    reviewed.map(({ to_lane, review_result, evidence }) => ({ to_lane, review_result, evidence })),
  ).toEqual([
    { to_lane: "in_progress", review_result: REJECTION, evidence: null },
    { to_lane: "approved", review_result: RESULT, evidence: null },
    { to_lane: "done", review_result: null, evidence: { review: RESULT } },
  ]);
  expect(project.read("tasks/WP01-first.md")).toBe("---\ntitle: First\n---\n");
});

test("a page that shows a lane is kept up to date", () => {
  using project = makeMission({ "tasks/WP01-first.md": pageText("planned") });

  emit(project, "--to claimed --actor ana");

  expect(project.read("tasks/WP01-first.md")).toBe(pageText("claimed"));
  expect(project.events()).toMatchObject([{ from_lane: "planned", to_lane: "claimed", review_result: null }]);
});

test("a page without frontmatter is left alone without a word", () => {
  using project = makeMission({ "tasks/WP01-first.md": "# First\n" });

  expect(emit(project, "--to claimed --actor ana")).toEqual(moved("WP01: planned -> claimed, by ana"));
  expect(project.read("tasks/WP01-first.md")).toBe("# First\n");
});

test("show and next tell a work package without events as planned", () => {
  using project = makeMission();

  expect(lane(project.root, "show --json").json).toMatchObject({
    data: {
      workflow: "nine-lane",
      wps: [{ wp: "WP01", lane: "planned", next: ["planned", "claimed", "blocked", "canceled"] }],
    },
  });
  expect(lane(project.root, "next --json").json).toMatchObject({ data: { ready: [{ wp: "WP01" }] } });
  expect(told(lane(project.root, "next --claim --actor ana"))).toEqual(
    moved("WP01: planned -> claimed, by ana"),
  );
});

test("a page that says genesis is no work begun elsewhere", () => {
  using project = makeMission({ "tasks/WP01-first.md": pageText("genesis") });

  expect(emit(project, "--to planned --actor ana")).toEqual(moved("WP01: genesis -> planned, by ana"));
  expect(project.read("tasks/WP01-first.md")).toBe(pageText("planned"));
});

test("genesis can't be asked for, not even by force", () => {
  using project = makeMission();
  const lanes = "planned, claimed, in_progress, for_review, in_review, approved, done, blocked, canceled";

  expect(emit(project, "--to genesis --actor ana --force --reason must")).toEqual(
    refused(2, 'Error: WP01: no lane is called "genesis"', `Hint: the lanes of nine-lane are ${lanes}`),
  );
});

describe("out of in_review", () => {
  test("a move without the result of the review is refused, and the hint names what is missing", () => {
    using project = inReview();

    expect(emit(project, "--to approved --actor ana")).toEqual(
      refused(
        1,
        "Error: WP01: cannot move in_review -> approved: it needs the result of a review that approved it",
        "Hint: lane emit WP01 --to approved --actor ana --reviewer <who> --verdict approved --reference <where>",
      ),
    );
    expect(emit(project, "--to blocked --actor ana")).toEqual(
      refused(
        1,
        "Error: WP01: cannot move in_review -> blocked: it needs the result of the review",
        "Hint: lane emit WP01 --to blocked --actor ana --reviewer <who> --verdict <verdict> --reference <where>",
      ),
    );
  });

  test("the short form has no verdict of its own there", () => {
    using project = inReview();

    expect(emit(project, "--to approved --actor ana --reviewer bob --reference PR#1")).toEqual(
      refused(
        1,
        "Error: WP01: cannot move in_review -> approved: the review result is not well formed: verdict: missing",
        "Hint: lane emit WP01 --to approved --actor ana --reviewer <who> --verdict approved --reference <where>",
      ),
    );
  });

  test("a rejection opens no approval, and the hint names the way back", () => {
    using project = inReview();
    const review = "--actor ana --reviewer bob --reference PR#1 --verdict changes_requested";

    expect(emit(project, `--to approved ${review}`)).toEqual(
      refused(
        1,
        "Error: WP01: cannot move in_review -> approved: the review result's verdict is changes_requested; it needs approved",
        "Hint: lane emit WP01 --to in_progress --actor ana --reviewer <who> --verdict <verdict> --reference <where>",
      ),
    );
  });

  test("show tells who reviewed it, by the result alone", () => {
    using project = inReview();
    const review = "--actor ana --reviewer bob --reference PR#1 --verdict changes_requested";
    emit(project, `--to in_progress ${review}`);

    expect(lane(project.root, "show WP01").stdout).toContain("changes_requested by bob (PR#1)\n");
  });

  test("--review-result is taken as JSON, from a file and from stdin, with all its fields", () => {
    const text = JSON.stringify({ ...RESULT, feedback_path: "a.md", score: 1.5 });
    for (const [source, stdin] of [[text], ["@result.json"], ["-", text]] as const) {
      using project = inReview();
      writeFileSync(join(project.root, "result.json"), text);
      const words = ["emit", "WP01", "--to", "approved", "--actor", "ana", `--review-result=${source}`];

      const answer = lane(project.root, words, stdin === undefined ? {} : { stdin });

      expect(told(answer)).toEqual(moved("WP01: in_review -> approved, by ana"));
      expect(project.events().at(-1)?.review_result).toEqual(JSON.parse(text));
    }
  });

  test("a review result that is not well formed is refused, also by force", () => {
    using project = inReview();
    const form =
      'Hint: {"reviewer": "<who>", "verdict": "<approved or changes_requested>", "reference": "<where>"}';
    const give = (result: unknown) =>
      emit(project, [
        ..."--to approved --actor ana --force --reason must --review-result".split(" "),
        JSON.stringify(result),
      ]);

    expect(give({ ...RESULT, reviewer: " " })).toEqual(
      refused(1, "Error: the review result is not well formed: reviewer: must not be blank", form),
    );
    expect(give({ ...RESULT, verdict: "ok" })).toEqual(
      refused(
        1,
        'Error: the review result is not well formed: verdict: expected ("approved" | "changes_requested"), found "ok"',
        form,
      ),
    );
    expect(emit(project, "--to approved --actor ana --review-result yes")).toEqual(
      refused(1, 'Error: the review result is not well formed: "yes" is not JSON', form),
    );
  });

  test("a review result may say nothing else than review_ref and evidence beside it", () => {
    using project = inReview();
    const result = ["--to", "approved", "--actor", "ana", "--review-result", JSON.stringify(RESULT)];
    const evidence = (review: object) => ["--evidence", JSON.stringify({ review })];
    const contradicted = (what: string) => refused(1, `Error: WP01: ${what}`, "Hint: say the same in both");

    expect(emit(project, [...result, "--review-ref", "PR#2"])).toEqual(
      contradicted('the review result refers to "PR#1", and review_ref is "PR#2"'),
    );
    expect(emit(project, [...result, ...evidence({ ...RESULT, reviewer: "eve" })])).toEqual(
      contradicted('the reviewer of the review result is "bob", and that of the evidence "eve"'),
    );
    expect(emit(project, [...result, ...evidence(RESULT), "--review-ref", "PR#1"])).toEqual(
      moved("WP01: in_review -> approved, by ana"),
    );
    expect(project.events().at(-1)).toMatchObject({
      review_result: RESULT,
      review_ref: "PR#1",
      evidence: { review: RESULT },
    });
  });

  test("a review result in two ways is a usage error", () => {
    using project = inReview();
    const result = ["--to", "approved", "--actor", "ana", "--review-result"];

    expect(emit(project, [...result, "{}", "--reviewer", "bob"])).toEqual(
      refused(
        2,
        "Error: the result of the review is given in more than one way",
        "Hint: use --review-result, or --reviewer with --verdict and --reference",
      ),
    );
    expect(emit(project, [...result, "-", "--evidence", "-"])).toEqual(
      refused(
        2,
        "Error: --evidence and --review-result can't both be read from stdin",
        "Hint: put one of them into a file: --evidence @<file>",
      ),
    );
  });

  test("a batch takes review_result, and review for short", () => {
    using project = inReview();
    const line = (fields: object) => JSON.stringify({ wp_id: "WP01", actor: "ana", ...fields });
    const batch = [
      line({ to_lane: "in_progress", review: REJECTION }),
      line({ to_lane: "for_review" }),
      line({ to_lane: "in_review" }),
      line({ to_lane: "done", review_result: RESULT }),
    ].join("\n");

    const answer = lane(project.root, "emit --batch - --json", { stdin: batch });

    expect(answer.code).toBe(0);
    expect(
      project
        .events()
        .slice(-4)
        .map(({ review_result }) => review_result),
    ).toEqual([REJECTION, null, null, RESULT]);
  });
});

describe("the workflow of a feature", () => {
  const workflowOf = (project: TemporaryProject) =>
    (lane(project.root, "show --json").json as { data: { workflow: string } }).data.workflow;
  const line = (parts: object) => `${JSON.stringify({ ...EVENT, ...parts })}\n`;
  const EVENT = {
    event_id: "01KGYJ8M000000000000000001",
    wp_id: "WP01",
    from_lane: "planned",
    to_lane: "claimed",
    at: "2026-02-08T12:00:00Z",
    actor: "ana",
    force: false,
    execution_mode: "worktree",
    reason: null,
    review_ref: null,
    evidence: null,
  };

  test.each<[string, Record<string, string>, string]>([
    ["nothing", {}, "seven-lane"],
    ["a mission", { "meta.json": MISSION }, "nine-lane"],
    ["a blank mission", { "meta.json": '{"mission_id": " "}' }, "seven-lane"],
    ["a log of a mission", { "status.events.jsonl": line({ mission_slug: "m" }) }, "nine-lane"],
    ["a log of a feature", { "status.events.jsonl": line({ feature_slug: "f" }) }, "seven-lane"],
    [
      "a lane that only nine-lane has",
      { "status.events.jsonl": line({ feature_slug: "f", force: true, to_lane: "approved" }) },
      "nine-lane",
    ],
    [
      "a start that only nine-lane has",
      { "status.events.jsonl": line({ feature_slug: "f", from_lane: "genesis", to_lane: "planned" }) },
      "nine-lane",
    ],
    ["its own word", { "meta.json": '{"mission_id": "m", "status_workflow": "seven-lane"}' }, "seven-lane"],
  ])("is told by %s", (_, files, name) => {
    using project = makeProject({ files: { "tasks/WP01.md": pageText("planned"), ...files } });

    expect(workflowOf(project)).toBe(name);
  });

  test("is told by the configuration before its mission", () => {
    using project = makeProject({
      files: { "meta.json": MISSION },
      config: "status: {workflow: seven-lane}\n",
    });

    expect(workflowOf(project)).toBe("seven-lane");
  });

  test("says of a lane that it has not what that means", () => {
    using project = makeProject({
      files: {
        "meta.json": '{"status_workflow": "seven-lane"}',
        "status.events.jsonl": line({ feature_slug: "f", force: true, to_lane: "approved" }),
      },
    });

    expect(emit(project, "--to done --actor ana").stderr).toContain(
      "cannot move approved -> done: no such transition. From approved: nothing, seven-lane has no such lane",
    );
  });
});
