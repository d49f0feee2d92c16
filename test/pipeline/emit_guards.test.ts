import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, errorOf, makeProject, refusalOf } from "../support/project.ts";

const TASKS = `# Tasks

## WP01: First
- [x] T001 read
- [ ] T002 write
### Details
* [ ] T003 look twice

## WP02: Second
- [ ] T004 other
`;

async function makeAtWork(tasks: string | undefined) {
  const project = makeProject({ files: tasks === undefined ? {} : { "tasks.md": tasks } });
  await project.walk("claimed", "in_progress");
  return project;
}

describe("emitStatusTransition() to for_review", () => {
  test("refuses while subtasks in tasks.md are unchecked, and lists them", async () => {
    using project = await makeAtWork(TASKS);

    const refusal = refusalOf(await project.emit({ to_lane: "for_review" }));

    expect(refusal).toMatchObject({
      code: "GUARD_FAILED",
      message: expect.stringContaining(
        '2 subtasks are unchecked in tasks.md: "T002 write", "T003 look twice"',
      ),
      details: { guard: "subtasks_complete", unchecked: ["T002 write", "T003 look twice"] },
    });
    expect(project.events()).toHaveLength(2);
  });

  test("looks at the subtasks of this work package alone", async () => {
    using project = await makeAtWork(TASKS.replace("- [ ] T002", "- [X] T002").replace("* [ ]", "* [x]"));

    expect(answerOf(await project.emit({ to_lane: "for_review" })).lane).toBe("for_review");
  });

  test.each([undefined, "", "# Tasks\n- [ ] not of any work package\n", "## WP02\n- [ ] other\n"])(
    "is not held back by the tasks.md %j, which has no section for it",
    async (tasks) => {
      using project = await makeAtWork(tasks);

      expect(answerOf(await project.emit({ to_lane: "for_review" })).lane).toBe("for_review");
    },
  );

  test("refuses while tasks.md can't be read: what stands there is not known", async () => {
    using project = await makeAtWork(undefined);
    mkdirSync(project.path("tasks.md"));

    expect(await errorOf(() => project.emit({ to_lane: "for_review" }))).toBeInstanceOf(StorageError);
    expect(project.events()).toHaveLength(2);
  });
});

test("emitStatusTransition() does not look at subtasks for other moves", async () => {
  using project = await makeAtWork(TASKS);

  expect(answerOf(await project.emit({ to_lane: "blocked" })).lane).toBe("blocked");
});

test("emitStatusTransition() from for_review to in_progress needs a review_ref", async () => {
  using project = makeProject();
  await project.walk("claimed", "in_progress", "for_review");

  expect(refusalOf(await project.emit({ to_lane: "in_progress", review_ref: " " }))).toMatchObject({
    code: "GUARD_FAILED",
    details: { guard: "review_ref" },
    hint: expect.stringContaining("--review-ref <where>"),
  });
  expect(answerOf(await project.emit({ to_lane: "in_progress", review_ref: "PR#12" }))).toMatchObject({
    lane: "in_progress",
    event: { review_ref: "PR#12" },
  });
});

test("emitStatusTransition() from in_progress to planned needs a reason", async () => {
  using project = await makeAtWork(undefined);

  expect(refusalOf(await project.emit({ to_lane: "planned" }))).toMatchObject({
    code: "GUARD_FAILED",
    details: { guard: "reason" },
  });
  expect(answerOf(await project.emit({ to_lane: "planned", reason: "a new plan" })).lane).toBe("planned");
});

test("emitStatusTransition() from claimed to in_progress derives the workspace context", async () => {
  using project = makeProject();
  await project.walk("claimed");

  expect(answerOf(await project.emit({ to_lane: "in_progress", workspace_context: null })).lane).toBe(
    "in_progress",
  );
});

test("emitStatusTransition() refuses an illegal pair, and says which are legal and what comes first", async () => {
  using project = makeProject();

  expect(refusalOf(await project.emit({ to_lane: "done" }))).toEqual({
    code: "ILLEGAL_TRANSITION",
    message:
      "WP01: cannot move planned -> done: no such transition. From planned: claimed, blocked, canceled",
    hint: "lane emit WP01 --to claimed --actor claude",
    details: { from_lane: "planned", to_lane: "done", allowed: ["claimed", "blocked", "canceled"] },
  });
  expect(project.events()).toEqual([]);
});

test("emitStatusTransition() to the lane that the actor moved it to says that nothing is left to do", async () => {
  using project = makeProject();
  await project.walk("claimed");

  expect(refusalOf(await project.emit({ to_lane: "claimed" }))).toMatchObject({
    code: "ILLEGAL_TRANSITION",
    message: expect.stringContaining("it is already in claimed: claude moved it there"),
  });
});
