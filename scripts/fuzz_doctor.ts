// Damages logs at random and has doctor look at them and repair them: `npm run fuzz -- --seed 7 --count 5000`.

import { parseArgs } from "node:util";
import { environmentWithoutLane, runBun } from "./project.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    count: { type: "string", default: "1000" },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} takes a whole number, not ${value}`);
}

const build = await runBun(["scripts/build.ts"]);
const env = { ...environmentWithoutLane(), FUZZ_SEED: values.seed, FUZZ_COUNT: values.count };
const fuzzed =
  build.exitCode === 0 ? await runBun(["test", "./test/repair/doctor_fuzz.test.ts"], env) : build;
if (fuzzed.exitCode !== 0) console.log(fuzzed.output.trimEnd());
const outcome = fuzzed.exitCode === 0 ? "as promised" : "not as promised";
console.log(
  `${values.count} damaged logs from seed ${values.seed} on: ${outcome}, in ${(fuzzed.duration_ms / 1000).toFixed(1)} s`,
);
process.exitCode = fuzzed.exitCode === 0 ? 0 : 1;
