/** `lane help exit-codes`. */

import { REFUSAL_WORDS } from "../domain/refusal_words.ts";
import type { CommandTree } from "./command_tree.ts";
import type { Part } from "./topics.ts";

export async function exitParts({ exits }: CommandTree): Promise<readonly Part[]> {
  const all = await exits();
  const refused = all.filter(({ error_codes }) => error_codes.length > 0);
  return [
    "A refusal says what was asked, where things stand, and what would work. Unless it says otherwise, it has written nothing. With --json, error.code is one of the names below; a name never changes its meaning.",
    { terms: all.map(({ code, meaning }) => [String(code), meaning] as const) },
    ...refused.flatMap(({ code, error_codes }): Part[] => [
      { heading: `Exit code ${code}` },
      { terms: error_codes.map((name) => [name, REFUSAL_WORDS[name]] as const) },
    ]),
  ];
}
