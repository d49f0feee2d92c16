/** The guide in an instructions file: in and out again, whatever stands there. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { carryOut } from "../../src/setup/file_change.ts";
import { holdsGuide, installGuide, planWithoutGuide } from "../../src/setup/guide_file.ts";
import { answerOf, makeFolder, refusalOf } from "../support/project.ts";
import { CAN_LINK } from "../support/system.ts";

const PAGE = ["## Page", "", "→ text"];
const OPEN = "<!-- lanekeeper:guide -->";
const CLOSE = "<!-- /lanekeeper:guide -->";

function takeOut(root: string): readonly string[] {
  const { changes, warnings } = planWithoutGuide(root);
  for (const change of changes) carryOut(change);
  return warnings.map(({ message }) => message);
}

const PIECE = fc.oneof(
  fc.constantFrom(
    "\n",
    "\r\n",
    "\r",
    "",
    "# Agents",
    "\ufeff",
    "- a",
    "```",
    " ",
    "é漢",
    OPEN.slice(1),
    `x ${CLOSE}`,
  ),
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replaceAll("\0", "")),
);
const BEFORE = fc.option(
  fc.array(PIECE, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(""), "utf8")),
);
const BYTES = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));

test("installGuide() and taking it out again leave any file as it was, to the byte", () => {
  fc.assert(
    fc.property(fc.oneof(BEFORE, BYTES), fc.constantFrom("AGENTS.md", "CLAUDE.md"), (before, name) => {
      using folder = makeFolder();
      const path = join(folder.path, name);
      if (before !== null) writeFileSync(path, before);

      const first = answerOf(installGuide(folder.path, PAGE));
      const once = readFileSync(first.file);
      const second = answerOf(installGuide(folder.path, PAGE));
      const newer = answerOf(installGuide(folder.path, [...PAGE, "more"]));

      expect(first).toMatchObject({ changed: true, created: before === null, replaced: false, warnings: [] });
      expect(second).toMatchObject({ file: first.file, changed: false, created: false, replaced: false });
      expect(newer).toMatchObject({ file: first.file, changed: true, created: false, replaced: true });
      if (before !== null) expect(once.subarray(0, before.length)).toEqual(before);
      expect(holdsGuide(folder.path)).toBe(true);
      expect(takeOut(folder.path)).toEqual([]);
      expect(existsSync(first.file)).toBe(before !== null);
      if (before !== null) expect(readFileSync(path)).toEqual(before);
    }),
    { numRuns: 150 },
  );
});

test("what others add before and behind the guide stays, when it is renewed and when it is taken out", () => {
  fc.assert(
    fc.property(BEFORE, fc.constantFrom("\n", "\r\n"), (behind, line_end) => {
      using folder = makeFolder();
      const path = join(folder.path, "AGENTS.md");
      writeFileSync(path, `# Ours${line_end}`);
      answerOf(installGuide(folder.path, ["old"]));
      const added = Buffer.concat([Buffer.from("top\n"), readFileSync(path), behind ?? Buffer.from("")]);
      writeFileSync(path, added);

      answerOf(installGuide(folder.path, PAGE));

      const text = readFileSync(path, "latin1");
      expect(text).toStartWith(`top\n# Ours${line_end}${OPEN}${line_end}`);
      expect(text).toEndWith(`${CLOSE}${line_end}${behind?.toString("latin1") ?? ""}`);
      expect(text).not.toContain(`${line_end}old${line_end}`);
      takeOut(folder.path);
      expect(readFileSync(path, "latin1")).toBe(`top\n# Ours${line_end}${behind?.toString("latin1") ?? ""}`);
    }),
    { numRuns: 60 },
  );
});

test("installGuide() takes AGENTS.md before CLAUDE.md, and before both the file that holds it", () => {
  using folder = makeFolder();
  const [agents, claude] = [join(folder.path, "AGENTS.md"), join(folder.path, "CLAUDE.md")];
  writeFileSync(claude, "c\n");
  expect(answerOf(installGuide(folder.path, PAGE)).file).toBe(claude);
  writeFileSync(agents, "a\n");
  expect(answerOf(installGuide(folder.path, PAGE))).toMatchObject({ file: claude, changed: false });
  takeOut(folder.path);
  expect(answerOf(installGuide(folder.path, PAGE)).file).toBe(agents);
  expect(readFileSync(claude, "utf8")).toBe("c\n");
});

test("installGuide() renews the first of two files that hold it, and names the other", () => {
  using folder = makeFolder();
  const [agents, claude] = [join(folder.path, "AGENTS.md"), join(folder.path, "CLAUDE.md")];
  answerOf(installGuide(folder.path, ["old"]));
  writeFileSync(claude, readFileSync(agents));
  const { file, warnings } = answerOf(installGuide(folder.path, PAGE));
  expect(file).toBe(agents);
  expect(warnings.map(({ code }) => code)).toEqual(["GUIDE_TWICE"]);
  expect(readFileSync(claude, "utf8")).toContain("\nold\n");
  takeOut(folder.path);
  expect([existsSync(agents), existsSync(claude)]).toEqual([false, false]);
});

test("installGuide() makes one block of two in a file, as a merge leaves them", () => {
  using folder = makeFolder();
  const path = join(folder.path, "AGENTS.md");
  writeFileSync(path, `a\n${OPEN}\nx\n${CLOSE}\nb\n${OPEN}\ny\n${CLOSE}\nc\n`);
  expect(answerOf(installGuide(folder.path, ["new"]))).toMatchObject({ replaced: true });
  expect(readFileSync(path, "utf8")).toBe(`a\n${OPEN}\n\nnew\n\n${CLOSE}\nb\nc\n`);
});

const BROKEN = [
  { text: `a\n${OPEN}\nb\n`, line: 2, problem: `${OPEN} stands there without ${CLOSE} below it` },
  { text: `a\r\nb\r\n${CLOSE}\r\n`, line: 3, problem: `${CLOSE} stands there without ${OPEN} above it` },
  {
    text: `${OPEN}\n${OPEN}\n${CLOSE}\n`,
    line: 1,
    problem: `${OPEN} stands there without ${CLOSE} below it`,
  },
  {
    text: `${OPEN}\n${CLOSE}\nx\n${CLOSE}`,
    line: 4,
    problem: `${CLOSE} stands there without ${OPEN} above it`,
  },
  { text: `${OPEN}\n${CLOSE}\n${OPEN}`, line: 3, problem: `${OPEN} stands there without ${CLOSE} below it` },
];

for (const { text, line, problem } of BROKEN) {
  test(`installGuide() refuses ${JSON.stringify(text)}, and changes nothing`, () => {
    using folder = makeFolder();
    const path = join(folder.path, "AGENTS.md");
    writeFileSync(path, text);
    const refusal = refusalOf(installGuide(folder.path, PAGE));
    expect(refusal).toMatchObject({ code: "CONFIG_INVALID", message: `AGENTS.md:${line}: ${problem}` });
    expect(takeOut(folder.path)).toEqual([`AGENTS.md:${line}: ${problem}; the guide there is left`]);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
}

test.skipIf(!CAN_LINK)("installGuide() writes through a link inside the project, and the link stays", () => {
  using folder = makeFolder();
  const [agents, claude] = [join(folder.path, "AGENTS.md"), join(folder.path, "CLAUDE.md")];
  mkdirSync(join(folder.path, "docs"));
  writeFileSync(join(folder.path, "docs", "agents.md"), "x\n");
  symlinkSync(join("docs", "agents.md"), agents);
  symlinkSync("AGENTS.md", claude);
  const { file, warnings } = answerOf(installGuide(folder.path, PAGE));
  expect({ file, warnings }).toEqual({ file: join(folder.path, "docs", "agents.md"), warnings: [] });
  expect(readFileSync(agents, "utf8")).toStartWith(`x\n${OPEN}\n`);
  expect(planWithoutGuide(folder.path).changes).toHaveLength(1);
  takeOut(folder.path);
  expect(readFileSync(claude, "utf8")).toBe("x\n");
});

test.skipIf(!CAN_LINK)(
  "installGuide() follows no link out of the project, to nowhere, or to what is no Markdown",
  () => {
    using folder = makeFolder();
    using outside = makeFolder();
    writeFileSync(join(outside.path, "notes.md"), "theirs\n");
    mkdirSync(join(folder.path, ".git", "hooks"), { recursive: true });
    writeFileSync(join(folder.path, ".git", "hooks", "pre-commit"), "#!/bin/sh\n");
    const targets = [join(outside.path, "notes.md"), "nowhere.md", ".git/hooks/pre-commit"];
    for (const [i, target] of targets.entries()) {
      const root = join(folder.path, String(i));
      mkdirSync(root);
      symlinkSync(target.startsWith(".git") ? join("..", target) : target, join(root, "AGENTS.md"));
      expect(refusalOf(installGuide(root, PAGE)).code).toBe("IO");
      expect(takeOut(root)).toEqual([]);
    }
    symlinkSync(".git/hooks/pre-commit", join(folder.path, "AGENTS.md"));
    expect(refusalOf(installGuide(folder.path, PAGE)).message).toContain("it leads to git's own files");
    writeFileSync(join(folder.path, "run.sh"), "#!/bin/sh\n");
    rmSync(join(folder.path, "AGENTS.md"));
    symlinkSync("run.sh", join(folder.path, "AGENTS.md"));
    expect(refusalOf(installGuide(folder.path, PAGE)).message).toBe(
      "AGENTS.md is a link to run.sh, which is no Markdown file",
    );
    expect(readFileSync(join(outside.path, "notes.md"), "utf8")).toBe("theirs\n");
    expect(readFileSync(join(folder.path, ".git", "hooks", "pre-commit"), "utf8")).toBe("#!/bin/sh\n");
  },
);

test("installGuide() refuses a folder, and a file with NUL bytes", () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "AGENTS.md"));
  expect(refusalOf(installGuide(folder.path, PAGE)).code).toBe("IO");
  expect(takeOut(folder.path)).toEqual([]);
  using other = makeFolder();
  writeFileSync(join(other.path, "CLAUDE.md"), Buffer.from("\ufeffa", "utf16le"));
  expect(refusalOf(installGuide(other.path, PAGE))).toMatchObject({
    code: "CONFIG_INVALID",
    message: "CLAUDE.md holds NUL bytes (UTF-16?)",
  });
});

test.skipIf(!CAN_LINK)(
  "installGuide() takes AGENTS.md also where CLAUDE.md can't be used, and says so",
  () => {
    using outside = makeFolder();
    writeFileSync(join(outside.path, "mine.md"), "theirs\n");
    const makers = [
      (path: string) => mkdirSync(path),
      (path: string) => symlinkSync(join(outside.path, "mine.md"), path),
      (path: string) => writeFileSync(path, "a\0b"),
    ];
    for (const make of makers) {
      using folder = makeFolder();
      make(join(folder.path, "CLAUDE.md"));
      expect(refusalOf(installGuide(folder.path, PAGE)).message).toContain("CLAUDE.md");
      writeFileSync(join(folder.path, "AGENTS.md"), "a\n");
      const { file, warnings } = answerOf(installGuide(folder.path, PAGE));
      expect(file).toBe(join(folder.path, "AGENTS.md"));
      expect(warnings).toEqual([
        { code: "GUIDE_PASSED_BY", message: expect.stringMatching(/^CLAUDE\.md is passed by: .*CLAUDE\.md/) },
      ]);
      expect(takeOut(folder.path)).toEqual([]);
      expect(readFileSync(join(folder.path, "AGENTS.md"), "utf8")).toBe("a\n");
    }
    expect(readFileSync(join(outside.path, "mine.md"), "utf8")).toBe("theirs\n");
  },
);

test("a byte order mark that an editor puts before the guide hides it from nobody", () => {
  using folder = makeFolder();
  const path = join(folder.path, "AGENTS.md");
  answerOf(installGuide(folder.path, ["old"]));
  writeFileSync(path, `\ufeff${readFileSync(path, "utf8")}mine\n`);
  expect(holdsGuide(folder.path)).toBe(true);
  expect(answerOf(installGuide(folder.path, PAGE))).toMatchObject({ replaced: true });
  expect(readFileSync(path, "utf8")).toStartWith("\ufeff<!-- lanekeeper:guide (file made by lane) -->\n\n##");
  expect(takeOut(folder.path)).toEqual([]);
  expect(readFileSync(path, "utf8")).toBe("\ufeffmine\n");
});
