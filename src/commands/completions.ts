/** `lane completions`: the script that makes a shell ask `lane complete` what could stand there. */

import type { CompletionsData } from "../contract/completions.ts";
import { nearest } from "../domain/nearest.ts";
import { refuse } from "../domain/refusal.ts";
import { SHELLS, type Shell } from "../domain/shell_words.ts";
import { quoted } from "../domain/text.ts";
import bash from "./completion_scripts/bash.txt";
import fish from "./completion_scripts/fish.txt";
import powershell from "./completion_scripts/powershell.txt";
import zsh from "./completion_scripts/zsh.txt";
import type { Outcome } from "./outcome.ts";

const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };

export async function completions(args: { shell: string }): Promise<Outcome> {
  const shell = SHELLS.find((known) => known === args.shell);
  if (shell === undefined) {
    const meant = nearest(args.shell, SHELLS);
    return refuse("USAGE", `lane completions: there is no script for the shell ${quoted(args.shell)}`, {
      hint: meant === undefined ? `there are: ${SHELLS.join(", ")}` : `did you mean ${meant}?`,
    });
  }
  const data: CompletionsData = { shell, script: SCRIPTS[shell] };
  return { ok: true, data, warnings: [], text: () => SCRIPTS[shell].trimEnd() };
}
