import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Knowledge } from "../../src/domain/knowledge.ts";

/** For each event the numbers of earlier events that it names. */
const PARENTS = fc
  .array(fc.array(fc.nat(1000), { maxLength: 3 }), { minLength: 1, maxLength: 20, size: "max" })
  .map((drafts) =>
    drafts.map((draft, event) => (event === 0 ? [] : [...new Set(draft.map((parent) => parent % event))])),
  );

function knowledgeOf(parents: readonly (readonly number[])[]): Knowledge {
  const knowledge = new Knowledge();
  for (const list of parents) knowledge.add(list);
  return knowledge;
}

/** What each event knew, as plain sets. */
function setsOf(parents: readonly (readonly number[])[]): Set<number>[] {
  const sets: Set<number>[] = [];
  for (const [event, list] of parents.entries()) {
    sets.push(new Set([event, ...list.flatMap((parent) => [...(sets[parent] ?? [])])]));
  }
  return sets;
}

function linesOf(knowledge: Knowledge, events: number): number {
  return new Set(Array.from({ length: events }, (_, event) => knowledge.lineOf(event))).size;
}

describe("Knowledge", () => {
  test("knows() what plain sets of ancestors know", () => {
    fc.assert(
      fc.property(PARENTS, (parents) => {
        const knowledge = knowledgeOf(parents);
        for (const [event, set] of setsOf(parents).entries()) {
          for (const other of parents.keys()) expect(knowledge.knows(event, other)).toBe(set.has(other));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("join() covers() what some events know together", () => {
    fc.assert(
      fc.property(PARENTS, fc.array(fc.nat(1000), { maxLength: 4 }), (parents, numbers) => {
        const knowledge = knowledgeOf(parents);
        const sets = setsOf(parents);
        const some = numbers.map((number) => number % parents.length);
        const joined = knowledge.join(some);

        for (const other of parents.keys()) {
          expect(joined.covers(other)).toBe(some.some((event) => sets[event]?.has(other)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("needs one line for a history that never forked, so that its cost does not grow with it", () => {
    const parents = Array.from({ length: 100 }, (_, event) => (event === 0 ? [] : [event - 1]));

    expect(linesOf(knowledgeOf(parents), 100)).toBe(1);
  });

  test("needs one more line for each fork, and none for a merge", () => {
    const parents = [[], [0], [0], [1, 2], [3], [3], [4, 5], [6]];

    expect(linesOf(knowledgeOf(parents), parents.length)).toBe(3);
  });

  test("knows() the same in whatever order it is asked", () => {
    fc.assert(
      fc.property(PARENTS, fc.array(fc.tuple(fc.nat(1000), fc.nat(1000))), (parents, pairs) => {
        const knowledge = knowledgeOf(parents);
        const sets = setsOf(parents);
        for (const [a, b] of pairs.map(([a, b]) => [a % parents.length, b % parents.length] as const)) {
          expect(knowledge.knows(a, b)).toBe(sets[a]?.has(b) === true);
          for (let first = 0; first < knowledge.knowsFirst(a); first++) expect(sets[a]).toContain(first);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("takes memory for what is said of parents, not for each pair of events that knew nothing of each other", () => {
    const events = 12_000;
    Bun.gc(true);
    const before_bytes = process.memoryUsage().rss;

    const knowledge = knowledgeOf(Array.from({ length: events }, () => []));
    for (let event = 1; event < events; event++) expect(knowledge.knows(event, event - 1)).toBe(false);

    // A number for each pair would be 576 MB.
    expect(process.memoryUsage().rss - before_bytes).toBeLessThan(100e6);
  });

  test("throws on an event that was never added", () => {
    expect(() => new Knowledge().knows(0, 0)).toThrow(RangeError);
  });
});
