/** `lane schema`: whole outputs. */

import { expect, test } from "bun:test";
import { VERBS } from "../../src/cli/tree.ts";
import { SchemaDataSchema } from "../../src/contract/schema.ts";
import { publishedJudge, publishedSchema } from "../support/json_schema.ts";
import { answered, lane, refused, told } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";
import { dataOf } from "./envelope_schema.ts";

test("schema lists what there is, without any project", () => {
  using folder = makeFolder();
  expect(told(lane(folder.path, "schema"))).toEqual(
    answered(
      "  event     a line of status.events.jsonl: what is accepted, and what is written",
      "  snapshot  status.json: what the log says now",
      "  config    .kittify/config.yaml: a project's settings, below its key status",
      "  meta      meta.json: a feature's settings",
      "  request   a line of what lane emit --batch reads",
      "  output    what --json prints: the envelope; with a command's name, all that it can answer",
      "",
      "lane schema <name> prints it as JSON Schema (draft 2020-12), as lane schema output emit does",
    ),
  );
  const { data } = dataOf(lane(folder.path, "schema --json"), "schema", SchemaDataSchema);
  const hint = VERBS.schema?.args.name?.valueHint;
  expect("schemas" in data && data.schemas.map(({ schema }) => schema).join("|")).toBe(hint ?? "");
  expect("commands" in data && data.commands.toSorted()).toEqual(["lane", ...Object.keys(VERBS)].sort());
});

test("schema prints a schema as it is, and with --json the same in the envelope", () => {
  using folder = makeFolder();
  for (const [schema, command] of [
    ["event", null],
    ["output", null],
    ["output", "show"],
  ] as const) {
    const words = ["schema", schema, ...(command === null ? [] : [command])];
    const text = lane(folder.path, words);
    const { data } = dataOf(lane(folder.path, [...words, "--json"]), "schema", SchemaDataSchema);
    expect(data).toEqual({ schema, command, json_schema: JSON.parse(text.stdout) });
    expect(text.stdout).toBe(`${JSON.stringify(JSON.parse(text.stdout), null, 2)}\n`);
  }
});

test("schema output of a command is an answer, its help, or a refusal", () => {
  const { $schema, $id, title, anyOf, $defs } = publishedSchema("output emit");
  expect({ $schema, $id, title, anyOf }).toEqual({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:lanekeeper:schema:output:emit",
    title: "The answer of lane emit with --json",
    anyOf: ["answer", "help", "refusal"].map((part) => ({ $ref: `#/$defs/${part}` })),
  });
  expect(Object.keys($defs as object).sort()).toEqual(
    ["answer", "event", "help", "move", "refusal", "sentence", "written_event"].sort(),
  );
});

test("schema names the nearest right word", () => {
  using folder = makeFolder();
  const cases = [
    ["schema evnt", 'there is no schema "evnt"', "did you mean event?"],
    ["schema output emti", 'there is no command "emti"', "did you mean emit?"],
    [
      "schema frobnicate",
      'there is no schema "frobnicate"',
      "there are: event, snapshot, config, meta, request, output",
    ],
    ["schema event emit", "event is not narrowed to a command; output is", "lane schema event"],
  ];
  for (const [words = "", problem, hint] of cases) {
    expect(told(lane(folder.path, words))).toEqual(
      refused(2, `Error: lane schema: ${problem}`, `Hint: ${hint}`),
    );
  }
});

test("schema makes what can't be seen visible", () => {
  using folder = makeFolder();
  const { code, stderr } = lane(folder.path, ["schema", "\u001b[31mevent"]);
  expect(code).toBe(2);
  expect(stderr).not.toContain("\u001b");
});

test("schema of what workflow and guide answer says what each field means, and takes no empty names", () => {
  using folder = makeFolder();
  for (const [command, name] of [
    ["workflow", "mermaid"],
    ["workflow", "feature"],
    ["guide", "text"],
    ["guide", "created"],
  ] as const) {
    expect(JSON.stringify(publishedSchema(`output ${command}`))).toMatch(
      new RegExp(`"${name}":\\{[^}]*"description":"[A-Z]`),
    );
  }
  const envelope = JSON.parse(lane(folder.path, "workflow --json").stdout);
  const judge = publishedJudge("output workflow");
  expect(judge(envelope)).toBeUndefined();
  envelope.data.lanes[0].name = "";
  expect(judge(envelope)).toBeString();
});
