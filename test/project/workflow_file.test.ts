/** A project's own workflow: what is wrong with its file is told by the line. */

import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openProject } from "../../src/project/project.ts";
import { answerOf, makeProject, refusalOf, type TemporaryProject } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

const CONFIG = "status: {workflow: ./workflow.yaml}\n";
const BAKERY = `name: bakery
lanes:
  - name: dough
  - {name: oven, active: true}
  - name: sold
    terminal: true
    finished: true
pairs:
  - {from: [dough], to: [oven], guards: [actor]}
  - from: [oven]
    to: [sold]
aliases:
  bread: sold
`;

function makeBakery(text: string, config = CONFIG): TemporaryProject {
  const project = makeProject({ config });
  writeFileSync(join(project.root, ".kittify", "workflow.yaml"), text);
  return project;
}

async function refusedFor(text: string) {
  using project = makeBakery(text);
  return refusalOf(await openProject(project.root));
}

test("openProject() reads the workflow that the configuration names, guards and aliases left out at will", async () => {
  using project = makeBakery(BAKERY);

  const { own_workflow, vocabulary } = answerOf(await openProject(project.root));

  expect(own_workflow).toMatchObject({ name: "bakery", aliases: { bread: "sold" } });
  expect([...vocabulary.lanes]).toEqual(expect.arrayContaining(["planned", "in_review", "dough", "oven"]));
  expect(vocabulary.terminal.has("sold")).toBe(true);
});

test("openProject() reads the table that the README shows", async () => {
  const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
  using project = makeBakery(/```yaml\n(name: [\s\S]*?)```/.exec(readme)?.[1] ?? "");

  expect(answerOf(await openProject(project.root)).own_workflow?.lanes).toHaveLength(4);
});

test("openProject() finds the file beside the configuration, else at the root", async () => {
  using project = makeProject({ config: "status: {workflow: flows/w.yml}\n" });
  mkdirSync(join(project.root, "flows"));
  writeFileSync(join(project.root, "flows", "w.yml"), BAKERY);

  expect(answerOf(await openProject(project.root)).own_workflow?.name).toBe("bakery");
});

test("openProject() has no workflow of its own where none is named by a file", async () => {
  using project = makeProject({ config: "status: {workflow: nine-lane}\n" });

  expect(answerOf(await openProject(project.root)).own_workflow).toBeUndefined();
});

describe("openProject() refuses", () => {
  test.each<[string, string, string]>([
    ["no YAML", BAKERY.replace("[oven]", "[oven"), "line 9: "],
    ["a key twice", `${BAKERY}name: other\n`, "line 14: Map keys must be unique"],
    ["an empty file", "", "line 1: it is empty"],
    ["a list", "- a\n", "line 1: it is no table with the keys name, lanes and pairs"],
    ["a missing key", BAKERY.replace("name: bakery\n", ""), "line 1: name: missing"],
    [
      "an unknown key",
      BAKERY.replace("active: true", "aktive: true"),
      "line 4: lanes.1.aktive: there is no such key",
    ],
    ["an unknown guard", BAKERY.replace("[actor]", "[aktor]"), "line 9: pairs.0.guards.0: expected ("],
    [
      "a lane's name that is none",
      BAKERY.replace("dough\n", "Dough\n"),
      "line 3: lanes.0.name: a lane is named in lower case, with letters, digits and underscores",
    ],
    [
      "a lane that YAML reads as no text",
      BAKERY.replace("dough\n", "5\n"),
      "line 3: lanes.0.name: expected string",
    ],
    [
      "a pair to no lane",
      BAKERY.replace("to: [sold]", "to: [sould]"),
      'line 11: pairs.1.to.0: "sould" is no lane',
    ],
    [
      "an alias of no lane",
      BAKERY.replace("bread: sold", "bread: x"),
      'line 13: aliases.bread: "x" is no lane',
    ],
    [
      "a name that drives terminals",
      BAKERY.replace("bakery", '"\\e[31mred"'),
      "line 1: name: expected a name",
    ],
    ["a name of two lines", BAKERY.replace("bakery", '"a\\nb"'), "line 1: name: expected a name"],
    ["a blank name", BAKERY.replace("bakery", '"  "'), "line 1: name: expected a name"],
    ["an alias that drives terminals", BAKERY.replace("bread:", '"\\e[31mx":'), "line 13: aliases."],
    ["an alias that is empty", BAKERY.replace("bread:", '"":'), "line 13: aliases.: expected a name"],
    [
      "a pair that leaves nothing",
      BAKERY.replace("from: [dough]", "from: []"),
      "line 9: pairs.0.from: it names no lane",
    ],
    [
      "a limit below 0",
      BAKERY.replace("active: true", "active: true, stale_after_days: -1"),
      "line 4: lanes.1.stale_after_days: expected a number of days",
    ],
    [
      "a limit without end",
      BAKERY.replace("active: true", "active: true, stale_after_days: .inf"),
      "line 4: lanes.1.stale_after_days: expected a number of days",
    ],
    [
      "a lane's name that fills a screen",
      BAKERY.replace("lanes:", `lanes:\n  - {name: ${"x".repeat(41)}}`),
      "line 3: lanes.0.name: a lane's name has at most 40 characters",
    ],
    [
      "very many lanes",
      BAKERY.replace(
        "lanes:",
        `lanes:${Array.from({ length: 101 }, (_, i) => `\n  - {name: l${i}}`).join("")}`,
      ),
      "line 3: lanes: there are more than 100",
    ],
    ["a second document", `${BAKERY}---\n${BAKERY}`, "line 14: a second document begins; only one is read"],
    [
      "the name of another",
      BAKERY.replace("bakery", "nine-lane"),
      'line 1: name: "nine-lane" is the name of',
    ],
  ])("%s, by its line", async (_, text, problem) => {
    const refusal = await refusedFor(text);

    expect(refusal).toMatchObject({ code: "CONFIG_INVALID", hint: "mend .kittify/workflow.yaml" });
    expect(refusal.message).toStartWith(`.kittify/workflow.yaml: ${problem}`);
  });

  test("many problems with the first five", async () => {
    const pairs = Array.from({ length: 7 }, (_, i) => `  - {from: [dough], to: [x${i}]}\n`).join("");

    const { message } = await refusedFor(`${BAKERY.slice(0, BAKERY.indexOf("aliases"))}${pairs}`);

    expect(message).toContain('line 12: pairs.2.to.0: "x0" is no lane; line 13: ');
    expect(message).toEndWith('"x4" is no lane; and 2 more');
  });

  test("a file that would grow without end", async () => {
    const layers = "abcdefgh".split("").map((name, i, all) => {
      const below = i === 0 ? "x" : `*${all[i - 1]}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => below).join(", ")}]`;
    });

    expect((await refusedFor(`${layers.join("\n")}\n`)).message).toContain("Excessive alias count");
  });

  test("a file that is not there, naming where it could be", async () => {
    using project = makeProject({ config: CONFIG });

    expect(refusalOf(await openProject(project.root))).toMatchObject({
      code: "CONFIG_INVALID",
      message: "status.workflow names ./workflow.yaml, and there is no such file",
      hint: "make .kittify/workflow.yaml, or mend .kittify/config.yaml",
    });
  });

  test.each(["/tmp/workflow.yaml", "a\\0b.yaml"])("the path %s", async (path) => {
    using project = makeProject({ config: `status: {workflow: "${path}"}\n` });

    expect(refusalOf(await openProject(project.root))).toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("expected a path inside the project, like ./workflow.yaml"),
    });
  });

  test.skipIf(!CAN_LINK)("a file outside the project, also by a link", async () => {
    using outside = makeProject();
    writeFileSync(join(outside.root, "w.yaml"), BAKERY);
    using project = makeProject({ config: "status: {workflow: ./w.yaml}\n" });
    symlinkSync(join(outside.root, "w.yaml"), join(project.root, ".kittify", "w.yaml"));
    using above = makeProject({ config: "status: {workflow: ../../w.yaml}\n" });

    for (const { root } of [project, above]) {
      const refusal = refusalOf(await openProject(root));
      expect(refusal).toMatchObject({ code: "CONFIG_INVALID", hint: "mend .kittify/config.yaml" });
      expect(refusal.message).toContain("leads out of");
    }
  });
});

test("openProject() notes for checks what is wrong, and goes on without it", async () => {
  using project = makeBakery("name: 5\n", `${CONFIG}other: 1\n`);

  const opened = answerOf(await openProject(project.root, { tolerant: true }));

  expect(opened.config_problem?.message).toStartWith(".kittify/workflow.yaml: line 1: ");
  expect(opened).toMatchObject({ own_workflow: undefined, config: { workflow: undefined } });
});
