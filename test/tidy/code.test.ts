import {
  LONGEST_FILE_LINES,
  LONGEST_FUNCTION_LINES,
  longFiles,
  longFunctions,
  printsAndExits,
  waysAround,
  withoutDocComment,
} from "./code_rules.ts";
import { testRule } from "./rule.ts";

testRule(longFunctions, `no function is longer than ${LONGEST_FUNCTION_LINES} lines`, {
  offender: {
    "a.ts": blockOf("function f() {", 71),
    "b.ts": blockOf("export async function f(\n  a: string,\n): Promise<X> {", 71),
    "c.ts": blockOf("const f = (a: string) => {", 80),
    "d.ts": `class A {\n${blockOf("async #f(a: string): X {", 71, "  ")}}\n`,
    "e.ts": `const a = {\n${blockOf("run: async () => ({", 75, "  ")}};\n`,
    "f.ts": blockOf("const f = (a: string) =>", 90),
  },
  found: [
    "a.ts: line 1: 71 lines",
    "b.ts: line 1: 71 lines",
    "c.ts: line 1: 80 lines",
    "d.ts: line 2: 71 lines",
    "e.ts: line 2: 75 lines",
    "f.ts: line 1: 90 lines",
  ],
  innocent: {
    "a.ts": blockOf("function f() {", 70) + blockOf("function g() {", 70),
    "b.ts": blockOf("const table = {", 100),
    "c.ts": blockOf('const table = "function() => {" + {', 100),
  },
});

testRule(longFiles, `no file is longer than ${LONGEST_FILE_LINES} lines`, {
  offender: { "a.ts": "\n".repeat(401) },
  found: ["a.ts: 401 lines"],
  innocent: { "a.ts": "\n".repeat(400) },
});

testRule(printsAndExits, "nothing prints or exits but cli/report.ts and main.ts", {
  offender: {
    "cli/a.ts": "console.log(1);\nprocess.exit(1);\n",
    "store/b.ts": "process.exitCode = 1;\nprocess.stdout.write(``);\nconst { log } = console;\n",
  },
  found: [
    "cli/a.ts: console",
    "cli/a.ts: process.exit",
    "store/b.ts: console",
    "store/b.ts: process.exitCode",
    "store/b.ts: process.stdout",
  ],
  innocent: {
    "main.ts": "process.exit(1);\n",
    "cli/report.ts": "console.log(1);\n",
    "cli/a.ts": '// console.log(1)\nconst a = "process.exit(1)";\nconst cwd = process.cwd();\n',
  },
});

testRule(waysAround, "nothing goes around the compiler or the linter", {
  offender: {
    "a.ts": "const a = b as any;\nconst c: any = 1;\nconst d = new Map<string, any>();\n",
    "b.ts": "// @ts-ignore\n// @ts-expect-error\n// biome-ignore lint: x\nconst e = f as unknown as G;\n",
  },
  found: [
    "a.ts: , any",
    "a.ts: : any",
    "a.ts: as any",
    "b.ts: @ts-expect-error",
    "b.ts: @ts-ignore",
    "b.ts: as unknown as",
    "b.ts: biome-ignore",
  ],
  innocent: {
    "a.ts": '// as any rule\nconst a = "as any";\nconst b = Promise.any([]);\nconst any_more = 1;\n',
  },
});

testRule(withoutDocComment, "every file begins by saying what it is", {
  offender: { "a.ts": 'import "x";\n', "b.ts": "// x\n", "c.ts": "\n/** x */\n", "d.ts": "/** x\n" },
  found: ["a.ts: no doc comment", "b.ts: no doc comment", "c.ts: no doc comment", "d.ts: no doc comment"],
  innocent: { "a.ts": "/** x */\n", "b.ts": "/**\n * x\n */\n\nimport 1;\n" },
});

/** A block of so many lines under a head, as the formatter lays it out. */
function blockOf(head: string, lines: number, indent = ""): string {
  const first = head.split("\n");
  const body = Array.from({ length: lines - first.length - 1 }, (_, i) => (i % 5 === 0 ? "" : "  a();"));
  const last = head.endsWith("({") ? "})," : head.endsWith("{") ? "}" : "  b();";
  return [...first, ...body, last].map((line) => `${line && indent}${line}\n`).join("");
}
