import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { answerOf, errorOf, eventAt, lineAt, makeProject, stampAt } from "../support/project.ts";

describe("emitStatusTransition() writes nothing that", () => {
  test.each([
    ["has no time that can be read", { now_us: 20_000.5 }],
    ["has no event id", { newEventId: () => "nope" }],
  ])("%s, whatever its clock and ids are", async (_what, faulty) => {
    using project = makeProject();

    const error = await errorOf(() => project.emit({ to_lane: "claimed" }, { ...stampAt(1), ...faulty }));

    expect(String(error)).toContain("could not be read again");
    expect(existsSync(project.log_path)).toBe(false);
  });

  test("has an id that is taken", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });

    const error = await errorOf(() => project.emit({ to_lane: "in_progress" }, stampAt(1)));

    expect(String(error)).toContain(`${eventAt(1).event_id} is taken`);
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
  });
});

describe("emitStatusTransition() names the mission", () => {
  test("as the log does, with the id from meta.json", async () => {
    const { feature_slug, ...parts } = eventAt(1);
    const before = { ...parts, mission_slug: feature_slug, mission_id: "M1" };
    using project = makeProject({ files: { "status.events.jsonl": `${JSON.stringify(before)}\n` } });
    writeFileSync(project.path("meta.json"), '{"status_workflow": "seven-lane", "mission_id": "M1"}');

    const { event } = answerOf(await project.emit({ to_lane: "in_progress" }, stampAt(2)));

    expect(event).toMatchObject({ mission_slug: feature_slug, mission_id: "M1" });
    expect(event.feature_slug).toBeUndefined();
  });
});
