import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { answerOf, errorOf, eventAt, lineAt, makeProject, refusalOf, stampAt } from "../support/project.ts";

describe("emitStatusTransition() writes nothing that", () => {
  test("has no event id, whatever makes its ids", async () => {
    using project = makeProject();
    const faulty = { ...stampAt(1), newEventId: () => "nope" };

    const error = await errorOf(() => project.emit({ to_lane: "claimed" }, faulty));

    expect(String(error)).toContain("could not be read again");
    expect(existsSync(project.log_path)).toBe(false);
  });

  test("has a time outside the years that can be written, whatever its clock says", async () => {
    using project = makeProject({ files: { "status.events.jsonl": lineAt(1) } });
    for (const now_us of [-5, Number.NaN, 8e15]) {
      const refusal = refusalOf(await project.emit({ to_lane: "in_progress" }, { ...stampAt(2), now_us }));
      expect(refusal.code).toBe("IO");
    }
    expect(project.read("status.events.jsonl")).toBe(lineAt(1));
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
