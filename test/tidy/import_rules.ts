/** What may import what. */

import { dirname, join } from "node:path";
import { codeOnly, withoutComments } from "./mask.ts";
import { matches, offences, type Sources } from "./rule.ts";

/** Rooms from left to right. One of a row may import those of later rows, and itself. */
const ROOMS = [
  ["main"],
  ["cli"],
  ["commands"],
  ["pages"],
  ["contract"],
  ["repair"],
  ["pipeline"],
  ["setup"],
  ["telemetry", "views", "git"],
  ["project"],
  ["store"],
  ["domain"],
] as const;

/** The two files that nothing else has to lead to: the executable and the library. */
const ENTRIES = ["main.ts", "index.ts"];

/** Imports that lead to the left, out of a room's row, or out of the package. */
export function wrongWays(sources: Sources): string[] {
  return offences(sources, (path, source) =>
    path === "index.ts" ? [] : importsOf(path, source).filter((target) => !mayImport(path, target)),
  );
}

/** Whatever in `domain/` reaches for a file, a clock, a process or chance. */
export function impurities(sources: Sources): string[] {
  const impure =
    /\b(?:Bun|process|globalThis|performance|crypto|console|fetch|require)\b|\bset(?:Timeout|Interval|Immediate)\b|\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\.random\b/g;
  return offences(sources, (path, source) => {
    if (roomOf(path) !== "domain") return [];
    const packages = importsOf(path, source).filter((target) => !isSource(target) && target !== "valibot");
    return [...packages, ...matches(codeOnly(source), impure)];
  });
}

/** Circles of imports that are there when the code runs; what is imported for its types alone is not. */
export function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    const again = way.indexOf(path);
    if (again >= 0) found.push([...way.slice(again), path].join(" -> "));
    if (again >= 0 || done.has(path)) return;
    for (const next of runtimeImportsOf(path, sources.get(path) ?? "")) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of [...sources.keys()].sort()) visit(path, []);
  return found;
}

/** Files that neither the executable nor the library leads to, types included. */
export function deadFiles(sources: Sources): string[] {
  const alive = new Set(ENTRIES.filter((entry) => sources.has(entry)));
  for (const path of alive) {
    for (const target of importsOf(path, sources.get(path) ?? "")) {
      if (sources.has(target)) alive.add(target);
    }
  }
  return [...sources.keys()].filter((path) => !alive.has(path)).sort();
}

/** Imports of files that are not there. */
export function lostImports(sources: Sources): string[] {
  return offences(sources, (path, source) =>
    importsOf(path, source).filter((target) => isSource(target) && !sources.has(target)),
  );
}

/** Imports at run time by a path that the compiler can't read off. */
export function unreadableImports(sources: Sources): string[] {
  return offences(sources, (_, source) =>
    matches(codeOnly(source), /\bimport\((?!\s*"[^"]*"\s*\))|\brequire\(/g),
  );
}

/** Files that only hand on what others hold; the library's face is the one that may. */
export function barrels(sources: Sources): string[] {
  return offences(sources, (path, source) =>
    path === "index.ts"
      ? []
      : matches(withoutComments(source), /^export (?:type )?(?:\*|\{[^}]*\}) from\b/gm),
  );
}

const IMPORT =
  /^(?:import|export)\b[^;"]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

/** What a file imports, types included: paths below `src/`, and packages. */
function importsOf(path: string, source: string): string[] {
  return [...withoutComments(source).matchAll(IMPORT)].map(([, from, bare, dynamic]) =>
    targetOf(path, from ?? bare ?? dynamic ?? ""),
  );
}

/** Bun leaves out what is imported for its types alone. */
function runtimeImportsOf(path: string, source: string): string[] {
  const found = new Bun.Transpiler({ loader: "ts" }).scanImports(source);
  return found.map((one) => targetOf(path, one.path)).filter(isSource);
}

function targetOf(path: string, specifier: string): string {
  return specifier.startsWith(".") ? join(dirname(path), specifier).replaceAll("\\", "/") : specifier;
}

function isSource(target: string): boolean {
  return target.endsWith(".ts");
}

function roomOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, "");
}

function mayImport(from: string, target: string): boolean {
  if (!isSource(target)) return true;
  const [here, there] = [roomOf(from), roomOf(target)];
  return here === there || (rowOf(here) >= 0 && rowOf(here) < rowOf(there));
}

function rowOf(room: string): number {
  return ROOMS.findIndex((row) => (row as readonly string[]).includes(room));
}
