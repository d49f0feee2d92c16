/** A trouble is told once, when it lasts, and so is its end. */

import { expect, test } from "bun:test";
import { Trouble } from "../../src/commands/trouble.ts";
import { refuse } from "../../src/domain/refusal.ts";

const { refusal } = refuse("IO", "it is not there");

test("Trouble is told once, and so is its end", () => {
  const { trouble, told } = troubleWith(0);
  for (let i = 0; i < 3; i++) trouble.meet(refusal);
  expect(trouble.is_there).toBe(true);
  for (let i = 0; i < 3; i++) trouble.leave();
  expect(trouble.is_there).toBe(false);
  trouble.meet(refusal);
  expect(told).toEqual(["it is not there", "over", "it is not there"]);
});

test("Trouble that does not last is not told, nor its end", () => {
  const { trouble, told } = troubleWith(Number.POSITIVE_INFINITY);
  trouble.meet(refusal);
  trouble.meet(refusal);
  trouble.leave();
  expect(told).toEqual([]);
});

function troubleWith(patience_ms: number): { trouble: Trouble; told: string[] } {
  const told: string[] = [];
  const trouble = new Trouble(patience_ms, {
    begins: ({ message }) => told.push(message),
    ends: () => told.push("over"),
  });
  return { trouble, told };
}
