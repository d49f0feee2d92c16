/** Without a sink, nothing of telemetry is loaded. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { withSlashes } from "../../src/store/spelling.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { makeFolder, makeProject } from "../support/project.ts";

test("lane emit loads no file of telemetry without a sink, and does with one", () => {
  const none = loadedBy(undefined);
  expect(none).toContain("pipeline/record.ts");
  expect(none.filter((path) => /telemetry\/|sinks/.test(path))).toEqual([]);
  const some = loadedBy('status: {telemetry: {sinks: [{name: f, kind: file, path: "f"}]}}\n');
  expect(some).toContain("telemetry/fan_out.ts");
});

/** The files below `src/` that an emit loads, as Bun is asked for them. */
function loadedBy(config: string | undefined): string[] {
  using project = makeProject();
  using home = makeFolder();
  const watch = join(home.path, "watch.ts");
  writeFileSync(
    watch,
    `import { plugin } from "bun";
import { readFileSync } from "node:fs";
plugin({
  name: "watch",
  setup: (build) =>
    void build.onLoad({ filter: /[\\\\/]src[\\\\/].*\\.ts$/ }, ({ path }) => {
      console.error("loaded " + path);
      return { contents: readFileSync(path, "utf8"), loader: "ts" };
    }),
});
`,
  );
  if (config !== undefined) {
    mkdirSync(join(project.root, ".kittify"));
    writeFileSync(join(project.root, ".kittify", "config.yaml"), config);
  }
  const words = ["emit", "1", "--to", "claimed", "--actor", "ana", "--json"];
  const { stderr, stdout, exitCode } = Bun.spawnSync(
    [process.execPath, "--preload", watch, join(ROOT, "src", "main.ts"), ...words],
    { cwd: project.root, env: { ...cleanEnvironment(), HOME: home.path } },
  );
  expect({ exitCode, telemetry: JSON.parse(stdout.toString()).data.telemetry }).toEqual({
    exitCode: 0,
    telemetry: "off",
  });
  const prefix = `loaded ${withSlashes(join(ROOT, "src"))}/`;
  const lines = withSlashes(stderr.toString()).split("\n");
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
}
