// Puts to the test what users bet on: `npm run prove`, `npm run prove -- --short`, `-- --only crash_calls,crowd`.
// It prints what it did as counts, and ends with 1 if anything broke.

import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import type { Outcome, Proof } from "../test/crash/proof.ts";
import { PROOFS } from "../test/crash/proofs.ts";
import { randomFrom } from "../test/support/random.ts";
import { runBun } from "./project.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string", default: PROOFS.map(({ name }) => name).join(",") },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
  },
});
if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed takes a whole number, not ${values.seed}`);

const form = values.short ? "short" : "full";
const build = await runBun(["scripts/build.ts"]);
if (build.exitCode !== 0) console.log(build.output.trimEnd());
const outcomes: (Outcome | undefined)[] = [];
if (build.exitCode === 0) for (const proof of asked(values.only)) outcomes.push(await prove(proof));
const broken = outcomes.reduce((sum, outcome) => sum + (outcome?.breaks.length ?? 0), 0);
const ran = outcomes.filter((outcome) => outcome !== undefined).length;
console.log(`${ran} of ${outcomes.length} proofs run (${form}, seed ${values.seed}), ${broken} breaks`);
process.exitCode = build.exitCode === 0 && broken === 0 && ran > 0 ? 0 : 1;

function asked(names: string): readonly Proof[] {
  return names.split(",").map((name) => {
    const proof = PROOFS.find((one) => one.name === name);
    if (proof !== undefined) return proof;
    throw new Error(`no proof is called ${name}; there are ${PROOFS.map((one) => one.name).join(", ")}`);
  });
}

/** Undefined where the machine lacks what it takes. */
async function prove(proof: Proof): Promise<Outcome | undefined> {
  console.log(`\n${proof.name}: ${proof.claim}`);
  const missing = proof.needs.filter((need) => !isThere(need));
  if (missing.length > 0) {
    console.log(`  left out: needs ${missing.join(", ")}`);
    return undefined;
  }
  const start_ms = performance.now();
  const say = (progress: string) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K  ${progress}`);
  };
  const outcome = await proof.run({ form, random: randomFrom(Number(values.seed)), say });
  say("");
  if (process.stdout.isTTY) process.stdout.write("\r");
  const width = Math.max(...Object.values(outcome.counts).map((count) => String(count).length));
  for (const [what, count] of Object.entries(outcome.counts)) {
    console.log(`  ${String(count).padStart(width)}  ${what}`);
  }
  for (const one of outcome.breaks) console.log(`  BROKEN: ${one}`);
  console.log(`  ${((performance.now() - start_ms) / 1000).toFixed(1)} s`);
  return outcome;
}

function isThere(need: string): boolean {
  return need === "root" ? userInfo().uid === 0 : Bun.which(need) !== null;
}
