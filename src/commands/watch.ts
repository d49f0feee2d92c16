/** `--watch`: a view drawn again whenever something it shows has changed, and only then. */

import { type Refused, type Result, refuse } from "../domain/refusal.ts";
import { Changes, type Watched } from "../store/changes.ts";
import { refusalOrThrow } from "../store/storage_error.ts";
import type { Live, Screen } from "./outcome.ts";
import { type Style, safe } from "./style.ts";
import { Trouble } from "./trouble.ts";

/** What is drawn, and what it depends on. */
export interface View {
  readonly text: (style: Style) => string;
  readonly watched: Watched;
}

/** How often files are looked at, where the system gives no sign. */
const POLL_MS = 1000;

/** What is unreadable for less is a write or a checkout under way. */
const PATIENCE_MS = 1000;

/** Ages go on even where nothing happens. */
const AGES_MS = 60_000;

/**
 * Draws a view until the process ends. What can't be read for now is told in the last line,
 * below what could be read last.
 *
 * @param read reads the view anew
 * @param command what messages call the command
 */
export async function watchView(
  first: View,
  read: () => Promise<Result<View>>,
  live: Live,
  command: string,
): Promise<Refused | undefined> {
  const screen = live.openScreen();
  if (screen === undefined) {
    return refuse("USAGE", `${command}: --watch draws on a terminal, and stdout is none`, {
      hint: "lane log --follow tells what happens, a line at a time",
    });
  }
  let view = first;
  let problem: string | undefined;
  let drawn = "";
  let drawn_ms = 0;
  const trouble = new Trouble(PATIENCE_MS, {
    begins: (refusal) => {
      problem = refusal.message;
    },
    ends: () => {
      problem = undefined;
    },
  });
  using changes = new Changes(POLL_MS, live.ended);
  screen.onDamage(() => {
    drawn = "";
    changes.wake();
  });
  // What changed between the first read and the first look is found by reading once more.
  for (let is_new = true; !live.ended.aborted; is_new = false) {
    const is_stale = changes.look(view.watched) || is_new || trouble.is_there;
    if (is_stale) {
      const next = await tryTo(read);
      if (next.ok) view = next.value;
      if (next.ok) trouble.leave();
      else trouble.meet(next.refusal);
    }
    if (is_stale || drawn === "" || performance.now() - drawn_ms >= AGES_MS) {
      const style = live.style();
      const text = view.text(style);
      const footer = footerOf(problem, screen, style);
      if (text + footer !== drawn) screen.draw(text, footer);
      drawn = text + footer;
      drawn_ms = performance.now();
    }
    await changes.wait();
  }
  return undefined;
}

async function tryTo(read: () => Promise<Result<View>>): Promise<Result<View>> {
  try {
    return await read();
  } catch (error) {
    return refusalOrThrow(error);
  }
}

function footerOf(problem: string | undefined, { takes_keys }: Screen, style: Style): string {
  if (problem === undefined) return style.dim(takes_keys ? "q or Ctrl-C ends" : "Ctrl-C ends");
  return style.severity("warning", `not up to date: ${safe(problem)}`);
}
