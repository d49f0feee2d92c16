/** Real interactive shells on a terminal of their own, with lane's completions loaded. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "./lane.ts";
import { makeFolder } from "./project.ts";

/** The shells that can be had as Debian packages. */
export const REAL_SHELLS = ["bash", "zsh", "fish"] as const;

export type RealShell = (typeof REAL_SHELLS)[number];

/**
 * Types lines into a shell and presses Tab behind each.
 *
 * @param folder where the shell stands
 * @param typed lines as they are typed, without Tab
 * @param setting_up what the shell reads after the script
 * @returns the lines as they stand after Tab
 */
export async function completed(
  shell: RealShell,
  folder: string,
  typed: readonly string[],
  setting_up = "",
): Promise<string[]> {
  return (await typeInto(shell, folder, typed, setting_up)).lines;
}

/** All that a shell showed while a line was typed into it, and Tab behind it. */
export async function shownBy(shell: RealShell, folder: string, typed: string): Promise<string> {
  return (await typeInto(shell, folder, [typed], "")).shown;
}

async function typeInto(
  shell: RealShell,
  folder: string,
  typed: readonly string[],
  setting_up: string,
): Promise<{ lines: string[]; shown: string }> {
  using room = makeFolder();
  const out = join(room.path, "lines");
  const start = join(room.path, START_FILES[shell]);
  writeFileSync(out, "");
  writeFileSync(start, `${STARTS[shell]}\n${setting_up}\n`);
  let shown = "";
  const show = (bytes: Uint8Array) => {
    shown += Buffer.from(bytes).toString();
  };
  const child = Bun.spawn(COMMANDS[shell](start), {
    cwd: folder,
    env: {
      ...cleanEnvironment(),
      PATH: `${dirname(LANE)}:${process.env.PATH}`,
      HOME: room.path,
      ZDOTDIR: room.path,
      XDG_CONFIG_HOME: room.path,
      XDG_DATA_HOME: room.path,
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
      LANE_OUT: out,
    },
    terminal: { cols: 200, rows: 50, data: (_, bytes) => show(bytes) },
  });
  const until = async (is_there: () => boolean) => {
    const give_up_ms = performance.now() + LONGEST_WAIT_MS;
    while (!is_there()) {
      if (performance.now() > give_up_ms)
        throw new Error(`${shell} hangs; it showed ${JSON.stringify(shown)}`);
      await Bun.sleep(5);
    }
  };
  try {
    await until(() => shown.includes(PROMPT));
    for (const [i, line] of typed.entries()) {
      child.terminal?.write(`${line}\t${DUMP_KEY}`);
      await until(() => linesIn(out).length > i);
    }
    return { lines: linesIn(out), shown };
  } finally {
    child.kill("SIGKILL");
    child.terminal?.close();
    await child.exited;
  }
}

/** Whether a shell is installed; where it is not, its tests are left out. */
export function isInstalled(tool: string): boolean {
  return Bun.which(tool) !== null;
}

/** A machine that is merely slow must not fail. */
const LONGEST_WAIT_MS = 30_000;

const PROMPT = "ready>";

/** Ctrl-T: each shell is told to write its line to a file, and to empty it. */
const DUMP_KEY = "\u0014";

function linesIn(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\0").slice(0, -1) : [];
}

const START_FILES: Readonly<Record<RealShell, string>> = {
  bash: "bashrc",
  zsh: ".zshrc",
  fish: "start.fish",
};

const COMMANDS: Readonly<Record<RealShell, (start: string) => string[]>> = {
  bash: (start) => ["bash", "--noprofile", "--rcfile", start, "-i"],
  zsh: () => ["zsh", "-d", "-i"],
  fish: (start) => ["fish", "--no-config", "--interactive", "--init-command", `source ${start}`],
};

const STARTS: Readonly<Record<RealShell, string>> = {
  bash: `
PS1='${PROMPT}'
bind 'set bell-style none'
bind 'set completion-query-items 0'
bind 'set page-completions off'
dump() { printf '%s\\0' "$READLINE_LINE" >>"$LANE_OUT"; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-t": dump'
eval "$(lane completions bash)"`,
  zsh: `
PS1='${PROMPT}'
unsetopt beep
autoload -Uz compinit
compinit -D -u
dump() { print -rn -- "$BUFFER"$'\\0' >>"$LANE_OUT"; BUFFER=; }
zle -N dump
bindkey '^T' dump
source <(lane completions zsh)`,
  fish: `
function fish_prompt; printf '${PROMPT}'; end
function fish_greeting; end
function dump; printf '%s\\0' (commandline | string collect) >>$LANE_OUT; commandline ''; end
bind \\ct dump
lane completions fish | source`,
};
