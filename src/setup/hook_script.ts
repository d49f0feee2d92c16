/** What our part of a git hook does, as lines of POSIX shell. */

import { shellQuoted } from "./drivers.ts";

/** The hooks that lane can have a part in. */
export type HookName = "pre-commit" | "post-merge";

export const HOOK_NAMES: readonly HookName[] = ["pre-commit", "post-merge"];

/** How a hook that we make begins. */
export const SHEBANG = "#!/bin/sh\n";

/** What a hook has to know. Paths as git starts hooks: from the top of the working tree, with slashes. */
export interface HookFacts {
  /** The words that start lane. */
  readonly executable: readonly string[];
  /** The project's root; empty where it is the top itself. */
  readonly root: string;
  readonly features_folder: string;
}

/** The command that a hook runs, as somebody could put it into a hook of their own. */
export function hookCommand(hook: HookName, { root }: Pick<HookFacts, "root">): string {
  const place = root === "" ? "--here" : `--here --root ${shellQuoted(root)}`;
  return `lane ${hook === "pre-commit" ? "validate --staged" : "materialize --all"} ${place}`;
}

/**
 * Our lines for a hook. They stand right after the first line, where no `exit` skips them,
 * in a shell of their own that leaves nothing behind; only a check that found something
 * stops git.
 */
export function hookLines(hook: HookName, facts: HookFacts): string[] {
  const words = hookCommand(hook, facts).replace(/^lane /, "");
  const missed =
    hook === "pre-commit" ? "what is staged is not checked" : "pages and snapshots are not renewed";
  const run =
    hook === "pre-commit"
      ? [
          `  lane_says=$("$@" ${words} </dev/null) && exit 0`,
          "  lane_code=$?",
          `  [ -z "$lane_says" ] || printf '%s\\n' "$lane_says" >&2`,
          '  [ "$lane_code" -ne 1 ]',
          ") || exit 1",
        ]
      : [`  "$@" ${words} </dev/null >/dev/null`, ") || :"];
  return [
    "(",
    "  unset LANE_FEATURE LANE_ROOT",
    `  [ -d ${shellQuoted(facts.features_folder)} ] || exit 0`,
    `  set -- ${facts.executable.map(shellQuoted).join(" ")}`,
    '  [ -x "$1" ] || set -- "$(command -v lane || :)"',
    '  if [ -z "$1" ]; then',
    `    echo 'lane was not found: ${missed}; lane init --hook sets it up again' >&2`,
    "    exit 0",
    "  fi",
    ...run,
  ];
}

/**
 * Why our lines can't go into a hook.
 *
 * @param text one character per byte
 * @returns the end of a sentence; undefined when they can
 */
export function whyNotShell(text: string): string | undefined {
  const [first_line = ""] = text.split("\n", 1);
  if (text.includes("\r\n")) return "its lines end as on Windows (CRLF)";
  if (!SHELL_SHEBANG.test(first_line) || text.includes("\0")) return "it is no shell script";
  if (handsItselfOn(text)) return "it hands itself on to another interpreter";
  return undefined;
}

/** Whether a script is read as shell only to start what it is really written in: `exec python3 "$0" "$@"`. */
function handsItselfOn(text: string): boolean {
  const lines = text.replaceAll("\\\n", " ").split("\n");
  const self = lines.flatMap((line) => /\b([A-Za-z_]\w*)=["']?\$\{?0\b/.exec(line)?.[1] ?? []);
  const names = ["0", "BASH_SOURCE", ...self].join("|");
  const script = new RegExp(`["' ]\\$\\{?(?:${names})\\b\\}?["' ]`);
  return lines.some((line) => {
    const started =
      /\bexec\b.*?\b(?:python|node|bun|deno|perl|ruby|php|tclsh|wish|lua|awk)[\w.]*\b(.*)$/.exec(line)?.[1];
    return started !== undefined && script.test(`${started} `);
  });
}

const SHELL_SHEBANG =
  /^#![ \t]*(?:[^ \t]*\/)?(?:env[ \t]+(?:-S[ \t]+)?(?:[^ \t]*\/)?)?(?:sh|bash|dash|ksh|zsh)(?:[ \t].*)?$/;
