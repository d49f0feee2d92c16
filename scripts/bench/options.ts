// What the bench is asked for. What is wrong is said before anything is built.

import { parseArgs } from "node:util";
import { type Row, rowsFor } from "./rows.ts";

export type Options = { quick: boolean; peers: boolean; json: boolean; rows: Row[] };

/** @returns the options, or what is wrong with them */
export function readOptions(words: string[]): Options | { problem: string } {
  try {
    const { quick, peers, json, only } = parsed(words);
    if (peers && (quick || only !== undefined)) {
      return { problem: "--peers has no rows and no quick form: --only and --quick do not go with it" };
    }
    const rows = rowsFor(quick);
    const names = new Set(only?.split(",") ?? rows.map(({ name }) => name));
    const unknown = [...names].find((name) => rows.every((row) => row.name !== name));
    if (unknown === undefined)
      return { quick, peers, json, rows: rows.filter(({ name }) => names.has(name)) };
    const form = quick ? "the quick form" : "the full form";
    const problem = `${form} has no row "${unknown}"; it has ${rows.map(({ name }) => name).join(", ")}`;
    return { problem };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function parsed(words: string[]) {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      peers: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return values;
}
