import { describe, expect, test } from "bun:test";
import { type Decision, decide, type Stamp } from "../../src/domain/decide.ts";
import { reduce } from "../../src/domain/reduce.ts";
import type { Result } from "../../src/domain/refusal.ts";
import { formatInstant, parseInstant } from "../../src/domain/time.ts";
import {
  appended,
  aRequest,
  CLOCK_US,
  inLane,
  refusalOf,
  situationOf,
  untouched,
} from "../support/decisions.ts";
import { anEvent, eventId, MINUTE_US, stateIn } from "../support/events.ts";

const END_US = Date.UTC(2200, 0, 1) * 1000;

/** Decides with a clock, beside an event that stands at a time; the new id shows its time part. */
function decidedBeside(newest_us: number, now_us = CLOCK_US): Result<Decision> {
  const newest = anEvent({ wp_id: "WP02", at: formatInstant(newest_us) });
  return decide(aRequest(), untouched({ newest }), stampAt(now_us));
}

function stampAt(now_us: number): Stamp {
  return { now_us, newEventId: (time_ms) => eventId(time_ms) };
}

describe("decide() stamps the new event", () => {
  test("with the clock when that is later than all it has seen", () => {
    expect(appended(decidedBeside(CLOCK_US - 1)).at).toBe(formatInstant(CLOCK_US));
  });

  test("with the clock when there is nothing else", () => {
    expect(appended(decide(aRequest(), untouched(), stampAt(CLOCK_US + 7))).at).toBe(
      formatInstant(CLOCK_US + 7),
    );
  });

  test("a microsecond after the newest event of the feature when the clock is not later", () => {
    expect(appended(decidedBeside(CLOCK_US)).at).toBe(formatInstant(CLOCK_US + 1));
    expect(appended(decidedBeside(CLOCK_US + 99)).at).toBe(formatInstant(CLOCK_US + 100));
  });

  test("with an id whose time part is `at` in whole milliseconds", () => {
    expect(appended(decidedBeside(CLOCK_US + 1_999)).event_id).toBe(eventId(CLOCK_US / 1000 + 2));
    expect(appended(decidedBeside(CLOCK_US + 1_998)).event_id).toBe(eventId(CLOCK_US / 1000 + 1));
  });

  test("reads the newest event's time in whatever form it stands there", () => {
    const newest = anEvent({ wp_id: "WP02", at: "2026-02-08T19:30:00.1234567+05:30" });

    const event = appended(decide(aRequest(), untouched({ newest }), stampAt(CLOCK_US)));

    expect(event.at).toBe("2026-02-08T14:00:00.123457+00:00");
  });

  test("so that it always is the newest, and takes effect", () => {
    const ahead = anEvent({ at: formatInstant(CLOCK_US + 900 * MINUTE_US), parent_event_ids: [] });

    const event = appended(decide(aRequest({ to_lane: "doing" }), situationOf([ahead]), stampAt(CLOCK_US)));

    expect(stateIn(reduce([event, ahead])).last_event_id).toBe(event.event_id);
  });
});

describe("decide() with a clock behind the log", () => {
  test("says nothing up to 5 minutes", () => {
    const answer = decidedBeside(CLOCK_US + 5 * MINUTE_US - 1);

    expect(appended(answer)).not.toHaveProperty("clock_at");
    expect(answer).toMatchObject({ value: { warnings: [] } });
  });

  test("warns past 5 minutes, and the event carries the clock", () => {
    const answer = decidedBeside(CLOCK_US + 5 * MINUTE_US + 1);

    expect(appended(answer).clock_at).toBe(formatInstant(CLOCK_US));
    expect(answer).toMatchObject({ value: { warnings: [{ code: "CLOCK_AHEAD" }] } });
  });

  test("stays silent when the clock is ahead of the log, by however much", () => {
    const answer = decidedBeside(CLOCK_US - 9_000_000 * MINUTE_US);

    expect(appended(answer)).not.toHaveProperty("clock_at");
    expect(answer).toMatchObject({ value: { warnings: [] } });
  });
});

describe("decide() at the end of time", () => {
  test("still takes the last microsecond of 2199", () => {
    const event = appended(decidedBeside(END_US - 2));

    expect(event.at).toBe("2199-12-31T23:59:59.999999+00:00");
    expect(parseInstant(event.at)).toBe(END_US - 1);
  });

  test("refuses to pass it, and names the event that stands there", () => {
    const refusal = refusalOf(decidedBeside(END_US - 1));

    expect(refusal.code).toBe("IO");
    expect(refusal.message).toContain(eventId(1));
    expect(refusal.details).toEqual({ event_id: eventId(1), at: formatInstant(END_US - 1) });
  });

  test("refuses when the clock itself is past it, or before the beginning", () => {
    for (const clock_us of [END_US + 5, -1]) {
      const refusal = refusalOf(decide(aRequest(), untouched(), stampAt(clock_us)));

      expect(refusal.code).toBe("IO");
      expect(refusal.message).toBe(
        "WP01: only the years 1970 to 2199 can be written: the clock of this machine stands outside",
      );
    }
  });

  test("refuses an illegal move as such, whatever the time", () => {
    const request = aRequest({ to_lane: "done" });

    expect(refusalOf(decide(request, inLane("planned"), stampAt(END_US))).code).toBe("ILLEGAL_TRANSITION");
  });
});
