/** A sink that is a program of the user's: it gets one CloudEvent on stdin, and acknowledges it by exit code 0. */

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { quoted } from "../domain/text.ts";
import type { CommandSink } from "../project/sinks.ts";
import { type Answer, type Message, type Sender, said, within } from "./sender.ts";

export function commandSender(sink: CommandSink): Sender {
  return {
    most_messages: 1,
    send: async ([message], timeout_ms) => {
      if (message === undefined) return { kind: "accepted" };
      try {
        return await run(sink, message, timeout_ms);
      } catch (error) {
        return { kind: "failed", error: said((error as Error).message) };
      }
    },
  };
}

/**
 * Without a shell, and never in the folder that lane was started in: a program named by a
 * relative path would be the repository's.
 */
async function run(
  { run: [named = "", ...args] }: CommandSink,
  { json }: Message,
  timeout_ms: number,
): Promise<Answer> {
  const program = findProgram(named);
  if (program === undefined) {
    return {
      kind: "failed",
      error: `there is no program ${quoted(named)}: name it by its whole path, or one of PATH`,
    };
  }
  const child = Bun.spawn([program, ...args], {
    cwd: homedir(),
    stdin: Buffer.from(`${json}\n`, "utf8"),
    stdout: "ignore",
    stderr: "ignore",
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
  });
  const ended = child.exited.then((code): Answer => {
    if (code === 0) return { kind: "accepted" };
    return {
      kind: "failed",
      error: `${quoted(named)} ended with ${child.signalCode ?? `exit code ${code}`}`,
    };
  });
  return within(timeout_ms, ended, () => endGroup(child));
}

function findProgram(named: string): string | undefined {
  if (named.startsWith("~/")) return join(homedir(), named.slice(2));
  if (isAbsolute(named)) return named;
  if (named === "" || /[\\/]/.test(named)) return undefined;
  const folders = (process.env.PATH ?? "").split(process.platform === "win32" ? ";" : ":").filter(isAbsolute);
  return Bun.which(named, { PATH: folders.join(process.platform === "win32" ? ";" : ":") }) ?? undefined;
}

function endGroup(child: Bun.Subprocess): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
