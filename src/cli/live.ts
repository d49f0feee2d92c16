/** Answers that go on: where their words go, when they end, and how the terminal is left. */

import type { Live, Screen } from "../commands/outcome.ts";
import { cutTo, type Style } from "../commands/style.ts";
import type { Refused } from "../domain/refusal.ts";
import { watchReader } from "./reader.ts";

/** The ways out, which belong to the one file that prints. */
export interface WaysOut {
  /** Writes to stdout. @returns whether there still is a reader */
  readonly print: (text: string) => boolean;
  readonly warn: (message: string) => void;
  readonly style: () => Style;
  /** A value as one line of JSON, with its line end. */
  readonly jsonLine: (value: unknown) => string;
  readonly envelopeOf: (refused: Refused) => unknown;
  /** The file descriptor of stdout. */
  readonly output: number;
  readonly is_terminal: boolean;
  readonly sizeNow: () => Size;
  /** Ends the process as Ctrl-C does, and as one does whose terminal is gone. */
  readonly interrupt: () => void;
  readonly hangUp: () => void;
  /** The exit code after Ctrl-C. */
  readonly interrupted: number;
}

/** A terminal's size in characters. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Opens what an answer that goes on needs; `close` gives the terminal back. */
export function openLive(out: WaysOut): { readonly live: Live; readonly close: () => void } {
  const end = new AbortController();
  const print = (text: string) => {
    if (!out.print(text)) end.abort();
  };
  let screen: OpenScreen | undefined;
  const stopWatching = out.is_terminal ? () => {} : watchReader(out.output, () => end.abort());
  // However the process ends, by a signal too, this is the last that runs.
  const leave = (code: number) => {
    try {
      if (screen !== undefined) screen.leave();
      // The terminal has shown ^C; what comes next begins on a line of its own.
      else if (out.is_terminal && code === out.interrupted) out.print("\n");
    } catch {
      // The terminal itself is gone.
    }
  };
  process.once("exit", leave);
  const live: Live = {
    ended: end.signal,
    style: out.style,
    tell: (text) => print(`${text}\n`),
    tellJson: (value) => print(out.jsonLine(value)),
    tellJsonRefusal: (refusal) => print(out.jsonLine(out.envelopeOf({ ok: false, refusal }))),
    warn: out.warn,
    openScreen: () => {
      if (out.is_terminal) screen ??= openScreen(out, () => end.abort());
      return screen;
    },
  };
  const close = () => {
    stopWatching();
    process.off("exit", leave);
    leave(0);
  };
  return { live, close };
}

/** The other screen, without cursor, on which a line that is too long does not become two. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
/** What stands between these appears at once, where a terminal knows them. */
const FRAME_BEGINS = "\u001b[?2026h\u001b[H";
const FRAME_ENDS = "\u001b[?2026l";
/** Before a line is drawn: behind a line as wide as the terminal it would take its last character. */
const ERASE_LINE = "\u001b[2K";

interface OpenScreen extends Screen {
  readonly leave: () => void;
}

function openScreen(out: WaysOut, quit: () => void): OpenScreen {
  let redraw = () => {};
  let is_entered = false;
  // Windows stops no process, and does not know the signal: there the key does nothing.
  const suspend = () => process.platform !== "win32" && process.kill(process.pid, "SIGTSTP");
  const keys = openKeys({ q: quit, [CTRL_C]: out.interrupt, [CTRL_Z]: suspend });
  const leave = () => {
    if (!is_entered) return;
    is_entered = false;
    keys.release();
    out.print(LEAVE);
  };
  const enter = () => {
    if (is_entered) return;
    is_entered = true;
    keys.take();
    out.print(ENTER);
  };
  enter();
  process.on("SIGWINCH", () => redraw());
  process.once("SIGHUP", out.hangUp);
  process.on("SIGTSTP", () => {
    leave();
    process.kill(process.pid, "SIGSTOP");
  });
  process.on("SIGCONT", () => {
    enter();
    redraw();
  });
  return {
    leave,
    takes_keys: keys.are_there,
    onDamage: (call) => {
      redraw = call;
    },
    draw: (text, footer) => {
      const lines = fitted(text.split("\n"), footer, out.sizeNow().rows, out.style());
      const drawn = lines.map((line) => ERASE_LINE + line).join("\r\n");
      out.print(FRAME_BEGINS + drawn + FRAME_ENDS);
    },
  };
}

const CTRL_C = "\u0003";
const CTRL_Z = "\u001a";

/**
 * Takes what is typed, so that it is not shown in the middle of the drawing. Ctrl-C and
 * Ctrl-Z are keys like any other then.
 */
function openKeys(actions: Readonly<Record<string, () => unknown>>) {
  const { stdin } = process;
  if (!stdin.isTTY) return { are_there: false, take: () => {}, release: () => {} };
  // A terminal that is gone says so by a signal.
  stdin.on("error", () => {});
  stdin.on("data", (typed: Buffer) => {
    for (const key of typed.toString("latin1")) actions[key]?.();
  });
  return { are_there: true, take: () => stdin.setRawMode(true), release: () => stdin.setRawMode(false) };
}

/** As many lines as there is room for, the footer on the last row of all. */
function fitted(lines: readonly string[], footer: string, rows: number, style: Style): string[] {
  const { dim, unicode, width_columns = Number.POSITIVE_INFINITY } = style;
  const last = cutTo(footer, width_columns, style);
  const room_rows = Math.max(1, rows - 1);
  if (lines.length <= room_rows) {
    return [...lines, ...Array.from({ length: room_rows - lines.length }, () => ""), last];
  }
  const shown = lines.slice(0, room_rows - 1);
  const more = dim(`${unicode ? "…" : "..."} ${lines.length - shown.length} more lines`);
  return [...shown, cutTo(more, width_columns, style), last];
}
