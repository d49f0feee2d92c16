/**
 * Whole screens: every call below, on a real pseudo-terminal at 40, 80 and 200 columns,
 * with a stopped clock, must look as `test/system/screens/` says. After a change that is
 * meant: `LANE_SCREENS=write` writes those files anew, and their difference is to be read.
 */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TemporaryProject } from "../support/project.ts";
import { screenOf, withoutColour } from "../support/screens.ts";
import { SCENES } from "./scenes.ts";

setDefaultTimeout(60_000);

const WIDTHS_COLUMNS = [40, 80, 200];
const TERMINAL = { TERM: "xterm-256color" };
const FOLDER = join(import.meta.dir, "screens");

// Without a stopped clock every age would differ from run to run.
const has_stopped_clock = Bun.which("faketime") !== null;

describe.skipIf(!has_stopped_clock).each(SCENES)("$name", ({ name, line, make, has_live_text }) => {
  test("looks as it should at every width", () => {
    const text = WIDTHS_COLUMNS.map((width) => {
      const { code, shown } = seen(make, line, width);
      return `== ${width} columns, exit ${code}\n${shown}`;
    }).join("\n");
    const path = join(FOLDER, `${name}.txt`);
    if (process.env.LANE_SCREENS === "write") writeFileSync(path, text);
    expect(existsSync(path)).toBe(true);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  test("says the same in colour, and none on a dumb terminal", () => {
    const plain = seen(make, line, 80);
    expect(plain.shown).not.toContain("\u001b");
    const coloured = seen(make, line, 80, TERMINAL);
    expect({ ...coloured, shown: withoutColour(coloured.shown) }).toEqual(plain);
    expect(seen(make, line, 80, { TERM: "dumb" })).toEqual(plain);
  });

  test("draws with ASCII alone in a C locale, and the same as ever in a UTF-8 one", () => {
    const plain = seen(make, line, 80);
    expect(seen(make, line, 80, { NO_COLOR: "1", LC_ALL: "C.UTF-8" })).toEqual(plain);
    const ascii = seen(make, line, 80, { NO_COLOR: "1", LC_ALL: "C" });
    expect(ascii.code).toBe(plain.code);
    if (has_live_text) return;
    expect(ascii.shown.match(/[^\u0000-\u007f]/g)).toBeNull();
  });

  test("ends quietly when its reader closes the pipe", () => {
    using project = make();
    const { shown } = screenOf(project, `${line} 2>/dev/null | true; echo "\${PIPESTATUS[0]}"`, {
      width_columns: 80,
      env: { SHELL: "/bin/bash" },
    });
    const { code } = seen(make, line, 80);
    expect(shown).toBe(`${code}\n`);
  });
});

test("there is no screen that nothing draws", async () => {
  const names = [...new Bun.Glob("*.txt").scanSync(FOLDER)].sort();
  expect(names).toEqual(SCENES.map(({ name }) => `${name}.txt`).sort());
});

function seen(
  make: () => TemporaryProject,
  line: string,
  width_columns: number,
  env?: Record<string, string>,
) {
  using project = make();
  return screenOf(project, line, { width_columns, ...(env && { env }) });
}
