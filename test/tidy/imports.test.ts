import {
  barrels,
  cycles,
  deadFiles,
  impurities,
  lostImports,
  unreadableImports,
  wrongWays,
} from "./import_rules.ts";
import { testRule } from "./rule.ts";

testRule(wrongWays, "imports run one way through the rooms, those for types included", {
  offender: {
    "domain/a.ts": 'import { x } from "../store/b.ts";\n',
    "store/b.ts": 'import type { Y } from "../cli/c.ts";\nimport "../main.ts";\n',
    "views/d.ts": 'export const x = () => import("../telemetry/e.ts");\n',
    "pipeline/f.ts": 'import {\n  a,\n  b,\n} from "../repair/g.ts";\n',
    "attic/h.ts": 'import { x } from "../domain/a.ts";\n',
    "cli/i.ts": 'import { x } from "../../scripts/build.ts";\n',
  },
  found: [
    "attic/h.ts: domain/a.ts",
    "cli/i.ts: ../scripts/build.ts",
    "domain/a.ts: store/b.ts",
    "pipeline/f.ts: repair/g.ts",
    "store/b.ts: cli/c.ts",
    "store/b.ts: main.ts",
    "views/d.ts: telemetry/e.ts",
  ],
  innocent: {
    "main.ts": 'import "./cli/a.ts";\n',
    "index.ts": 'export { x } from "./cli/a.ts";\n',
    "cli/a.ts": 'import "./b.ts";\nimport "../domain/c.ts";\nimport "node:fs";\n',
    "store/d.ts": '// import "../cli/a.ts";\n/** @example\nimport "../cli/a.ts";\n*/\n',
  },
});

testRule(impurities, "domain knows no file, clock, process or chance, and no package but valibot", {
  offender: {
    "domain/a.ts":
      'import { readFileSync } from "node:fs";\nimport { ulid } from "ulid";\nimport "bun:sqlite";\n',
    "domain/b.ts": "const a = Date.now();\nconst b = new Date();\nconst c = Math.random();\n",
    "domain/c.ts": "const a = process.env;\nconst b = Bun.file;\nconst c = performance.now();\n",
    "domain/d.ts": `const a = \`\\\`\${crypto.x}\`;\n`,
  },
  found: [
    "domain/a.ts: bun:sqlite",
    "domain/a.ts: node:fs",
    "domain/a.ts: ulid",
    "domain/b.ts: Date.now",
    "domain/b.ts: Math.random",
    "domain/b.ts: new Date()",
    "domain/c.ts: Bun",
    "domain/c.ts: performance",
    "domain/c.ts: process",
    "domain/d.ts: crypto",
  ],
  innocent: {
    "domain/a.ts": 'import * as v from "valibot";\n// Bun.file\nconst a = "process";\nconst b = /[/]Bun/;\n',
    "domain/b.ts": `const a = new Date(0);\nconst b = \`Bun \${a} process\`;\n`,
    "store/c.ts": 'import "node:fs";\nconst a = Date.now();\n',
  },
});

testRule(cycles, "no imports run in a circle; those for types alone do not count", {
  offender: {
    "a.ts": 'import { b } from "./b.ts";\nexport const a = b;\n',
    "b.ts": 'import { c } from "./c.ts";\nexport const b = c;\n',
    "c.ts": 'import { a } from "./a.ts";\nexport const c = () => a;\n',
    "d.ts": 'export const d = () => import("./d.ts");\n',
  },
  found: ["a.ts -> b.ts -> c.ts -> a.ts", "d.ts -> d.ts"],
  innocent: {
    "a.ts": 'import { b } from "./b.ts";\nexport type A = 1;\nexport const a = b;\n',
    "b.ts": 'import type { A } from "./a.ts";\nexport const b: A = 1;\n',
    "c.ts": 'import { a } from "./a.ts";\nimport { b } from "./b.ts";\nexport const c = a + b;\n',
  },
});

testRule(deadFiles, "every file is reached from main.ts or index.ts", {
  offender: {
    "main.ts": 'import "./a.ts";\n',
    "a.ts": "",
    "b.ts": 'import "./c.ts";\n',
    "c.ts": 'import "./b.ts";\n',
    "d.ts": 'import "./a.ts";\n',
  },
  found: ["b.ts", "c.ts", "d.ts"],
  innocent: {
    "main.ts": 'export const x = () => import("./a.ts");\n',
    "a.ts": 'import type { B } from "./b.ts";\n',
    "b.ts": "",
    "index.ts": 'export { c } from "./c.ts";\n',
    "c.ts": "",
  },
});

testRule(lostImports, "every file that is imported is there", {
  offender: { "a.ts": 'import "./b.ts";\n' },
  found: ["a.ts: b.ts"],
  innocent: { "a.ts": 'import "./b.ts";\nimport "valibot";\n', "b.ts": "" },
});

testRule(unreadableImports, "an import at run time names a literal path", {
  offender: {
    "a.ts": 'import(name);\nimport("./a" + name);\nrequire("x");\n',
    "b.ts": "import(`./b.ts`);\n",
  },
  found: ["a.ts: import(", "a.ts: import(", "a.ts: require(", "b.ts: import("],
  innocent: { "a.ts": 'const a = await import("./b.ts");\nimport(\n  "./c.ts"\n);\n// import(name)\n' },
});

testRule(barrels, "no file hands on what others hold, but the library's face", {
  offender: { "cli/a.ts": 'export * from "./b.ts";\nexport type { C } from "./c.ts";\n' },
  found: ["cli/a.ts: export * from", "cli/a.ts: export type { C } from"],
  innocent: { "index.ts": 'export { a } from "./a.ts";\n', "cli/a.ts": "export { b };\n" },
});
