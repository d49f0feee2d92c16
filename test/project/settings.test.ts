import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Refusal } from "../../src/domain/refusal.ts";
import { findFeature } from "../../src/project/feature.ts";
import { StorageError } from "../../src/store/storage_error.ts";
import { answerOf, errorOf, makeFolder, makeProject, refusalOf, SLUG } from "../support/project.ts";
import { CAN_LINK, ON_WINDOWS } from "../support/system.ts";

const CONFIG = ".kittify/config.yaml";
const META_SHOWN = `kitty-specs/${SLUG}/meta.json`;

/** Finds the feature of a project with this configuration and this `meta.json`. */
async function findWith(config?: string, meta?: string) {
  using project = makeProject({
    files: meta === undefined ? {} : { "meta.json": meta },
    ...(config === undefined ? {} : { config }),
  });
  return await findFeature({ cwd: project.root }, SLUG);
}

const phaseWith = async (config?: string, meta?: string) => answerOf(await findWith(config, meta)).phase;

async function refusedConfig(config: string): Promise<Refusal> {
  const refusal = refusalOf(await findWith(config));
  expect(refusal).toMatchObject({ code: "CONFIG_INVALID", hint: `mend ${CONFIG}` });
  expect(refusal.message).toStartWith(`${CONFIG}: `);
  return refusal;
}

async function refusedMeta(meta: string): Promise<Refusal> {
  const refusal = refusalOf(await findWith(undefined, meta));
  expect(refusal).toMatchObject({ code: "CONFIG_INVALID", hint: `mend ${META_SHOWN}` });
  expect(refusal.message).toStartWith(`${META_SHOWN}: `);
  return refusal;
}

describe("the phase", () => {
  test.each(["0", "1", "2", '"0"', '"1"', '"2"'])("can be %s, in either file", async (text) => {
    const expected = JSON.parse(text.replaceAll('"', ""));

    expect(await phaseWith(`status:\n  phase: ${text}\n`)).toBe(expected);
    expect(await phaseWith(undefined, `{"status_phase": ${text}}`)).toBe(expected);
  });

  test("is 1 where nothing says otherwise", async () => {
    expect(await phaseWith()).toBe(1);
    expect(await phaseWith("agents: [claude]\nstatus:\n", "{}")).toBe(1);
    expect(await phaseWith("status: {phase: null}\n", '{"status_phase": null}')).toBe(1);
    expect(await phaseWith("other: {phase: 2}\nmore: {phase: 0}\nstatus: {}\n")).toBe(1);
  });

  test("of meta.json stands before the one of the configuration", async () => {
    expect(await phaseWith("status: {phase: 2}\n", '{"status_phase": 0}')).toBe(0);
  });

  test.each(["3", "-1", "1.5", "true", '"two"', '""', '"01"', "[1]", "{}", "1e9"])(
    "can't be %s, in either file",
    async (text) => {
      expect((await refusedConfig(`status:\n  phase: ${text}\n`)).message).toContain("status.phase");
      expect((await refusedMeta(`{"status_phase": ${text}}`)).message).toContain("status_phase");
    },
  );
});

describe("readConfig()", () => {
  test("reads CRLF, comments and keys of other tools", async () => {
    expect(
      await phaseWith("# ours\r\nagents:\r\n  - claude\r\nstatus:\r\n  phase: 2 # soon\r\n  x: 1\r\n"),
    ).toBe(2);
  });

  test("names the line of what is no YAML", async () => {
    expect((await refusedConfig("status:\n  phase: 1\n workflow: x\n  - y: [\n")).message).toMatch(
      /line [34]/,
    );
    expect((await refusedConfig("status:\n\tphase: 1\n")).message).toContain("line 2");
  });

  test.each([
    "status:\n  phase: 1\n  phase: 2\n",
    "status: {phase: 1}\nstatus: {phase: 2}\n",
    "status: {phase: 1, phase: 1}\n",
    "status: {phase: 1, 'phase': 2}\n",
    'status: {phase: 1, "phase" : 2}\n',
  ])("refuses the key that stands twice in %j", async (config) => {
    expect((await refusedConfig(config)).message).toContain("unique");
  });

  test.each(["status: 2\n", "status: [2]\n", "status: two\n"])(
    "refuses %j: status is a list of keys",
    async (config) => {
      expect((await refusedConfig(config)).code).toBe("CONFIG_INVALID");
    },
  );

  test("refuses a name that leads to no value", async () => {
    expect((await refusedConfig("status: *nowhere\n")).code).toBe("CONFIG_INVALID");
  });

  test("refuses a file that blows up when it is read", async () => {
    const names = ["b", "c", "d", "e", "f", "g"];
    const bombs = names.map((name, i) => `${name}: &${name} [${`*${"abcdef"[i]}, `.repeat(9)}]`);
    const config = `a: &a [x]\n${bombs.join("\n")}\nphase: 1\nstatus: {phase: 2}\n`;

    expect((await refusedConfig(config)).code).toBe("CONFIG_INVALID");
  });

  test("says of a file with too many brackets what is wrong with it", async () => {
    const deep = `status: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`;
    expect((await refusedConfig(deep)).message).toEndWith("it is nested too deeply");
  });

  test("refuses a file larger than 1 MiB unread", async () => {
    expect((await refusedConfig(`status: {phase: 2}\n${"#".repeat(1024 * 1024)}`)).message).toContain(
      "too large",
    );
  });

  test("of very many wrong values names the first, and says how many more there are", async () => {
    const days = Array.from({ length: 20_000 }, (_, i) => `    lane${i}: -1\n`).join("");
    const { message } = await refusedConfig(`status:\n  stale_after_days:\n${days}`);
    expect(message).toContain("status.stale_after_days.lane9: expected a number of days; and 19990 more");
    expect(message.length).toBeLessThan(2000);
  });

  test("refuses a folder", async () => {
    using project = makeProject();
    mkdirSync(join(project.root, CONFIG), { recursive: true });

    const found = await findFeature({ cwd: project.root }, SLUG);

    expect(refusalOf(found).message).toBe(`${CONFIG}: it is no file`);
  });

  test.skipIf(ON_WINDOWS)("refuses a pipe without waiting for its other end", async () => {
    using project = makeProject();
    mkdirSync(dirname(join(project.root, CONFIG)));
    Bun.spawnSync(["mkfifo", join(project.root, CONFIG)]);

    const found = await findFeature({ cwd: project.root }, SLUG);

    expect(refusalOf(found).message).toBe(`${CONFIG}: it is no file`);
  });

  test.skipIf(!CAN_LINK)("refuses a link out of the project", async () => {
    using outside = makeFolder();
    using project = makeProject();
    writeFileSync(join(outside.path, "config.yaml"), "status: {phase: 2}\n");
    symlinkSync(outside.path, join(project.root, ".kittify"));

    expect(await errorOf(() => findFeature({ cwd: project.root }, SLUG))).toBeInstanceOf(StorageError);
  });
});

describe("the features folder", () => {
  test.each(["specs", "docs/specs", "docs/specs/"])("can be %j", async (name) => {
    using project = makeProject({ config: `status: {features_folder: ${name}}\n` });
    mkdirSync(join(project.root, name, "001-a"), { recursive: true });

    const feature = answerOf(await findFeature({ cwd: project.root }, undefined));

    expect(feature.folder).toBe(join(project.root, name, "001-a"));
  });

  test.each(["../x", "a/../../x", "..", "/etc", '"a\\\\b"', "C:x", '""', "7"])(
    "can't be %s",
    async (name) => {
      const refusal = await refusedConfig(`status: {features_folder: ${name}}\n`);

      expect(refusal.message).toContain("status.features_folder");
    },
  );
});

describe("readMeta()", () => {
  test("reads a file that begins with a byte order mark", async () => {
    expect((await refusedMeta('\ufeff{"status_phase": 9}')).message).toContain(
      "status_phase: expected 0, 1 or 2",
    );
  });

  test.each(["", "{", "status_phase: 2", "{'a': 1}", "{} {}"])(
    "refuses %j, which is not JSON",
    async (meta) => {
      expect((await refusedMeta(meta)).message).toContain("not JSON");
    },
  );

  test.each(["7", "null", '"2"', "[]", '["status_phase"]'])(
    "refuses %j, which is no object",
    async (meta) => {
      expect((await refusedMeta(meta)).code).toBe("CONFIG_INVALID");
    },
  );

  test("refuses a folder", async () => {
    using project = makeProject({ files: {} });
    mkdirSync(project.path("meta.json"));

    expect(refusalOf(await findFeature({ cwd: project.root }, SLUG))).toMatchObject({
      code: "CONFIG_INVALID",
      message: `${META_SHOWN}: it is no file`,
    });
  });
});

describe("workflowOf()", () => {
  test.each([
    ["status: {workflow: ten-lane}\n", undefined],
    [undefined, '{"status_workflow": "ten-lane"}'],
    ["status: {workflow: seven-lane}\n", '{"status_workflow": "ten-lane"}'],
  ])("refuses a workflow that is not known: %j, %j", async (config, meta) => {
    using project = makeProject({
      files: meta === undefined ? {} : { "meta.json": meta },
      ...(config === undefined ? {} : { config }),
    });

    expect(refusalOf(await project.emit({ to_lane: "claimed" }))).toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining('"ten-lane"'),
      hint: expect.stringContaining("seven-lane"),
    });
  });

  test("takes the one of meta.json before the one of the configuration", async () => {
    using project = makeProject({
      files: { "meta.json": '{"status_workflow": "seven-lane"}' },
      config: "status: {workflow: ten-lane}\n",
    });

    expect(answerOf(await project.emit({ to_lane: "claimed" })).lane).toBe("claimed");
  });
});
