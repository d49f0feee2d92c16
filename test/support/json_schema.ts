/** An independent judge of JSON Schema: what lane publishes must mean the same to other programs. */

import { Ajv2020 } from "ajv/dist/2020.js";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "./lane.ts";

/** Says what is wrong with a value; undefined where nothing is. */
export type Judge = (value: unknown) => string | undefined;

/** The judge by a schema. Fails on a keyword that draft 2020-12 does not have. */
export function judgeBy(schema: object): Judge {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    // Draft 2020-12 takes formats for annotations.
    formats: { date: true, "date-time": true },
  });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors));
}

/** What the executable publishes under a name, like `output emit`. */
export function publishedSchema(name: string): Readonly<Record<string, unknown>> {
  const { stdout, exitCode } = Bun.spawnSync([LANE, "schema", ...name.split(" ")], {
    env: cleanEnvironment(),
    stdin: "ignore",
  });
  if (exitCode !== 0) throw new Error(`lane schema ${name} ended with ${exitCode}`);
  return JSON.parse(stdout.toString());
}

/** The judge by what the executable publishes; asked once for each name. */
export function publishedJudge(name: string): Judge {
  const known = JUDGES.get(name) ?? judgeBy(publishedSchema(name));
  JUDGES.set(name, known);
  return known;
}

const JUDGES = new Map<string, Judge>();
