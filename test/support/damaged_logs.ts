/** Logs as people, editors, merges and dying machines leave them. */

import { eventAt, lineAt } from "./project.ts";
import type { Random } from "./random.ts";

const ANNOTATION = '{"event_type": "note", "text": "seen", "n": ';
const LANES = ["planned", "claimed", "in_progress", "for_review", "done"] as const;

/** A sound log of forced moves and other tools' records, which can end with a batch. */
export function soundLog(random: Random): string {
  const lines: string[] = [];
  const count = random.below(12);
  for (let minute = 1; minute <= count; minute++) {
    if (random.oneIn(5)) lines.push(`${ANNOTATION}${minute}}\n`);
    lines.push(lineAt(minute, moveOf(minute, random)));
  }
  return lines.join("") + (random.oneIn(3) ? batchLines(count + 1, 2 + random.below(3), random) : "");
}

function moveOf(minute: number, random: Random) {
  return {
    wp_id: random.pick(["WP01", "WP02", "WP03"]),
    from_lane: random.pick(LANES),
    to_lane: random.pick(LANES),
    force: true,
    reason: random.oneIn(4) ? `why ${minute} äöü "quoted"` : "why",
  } as const;
}

/** The lines of a whole batch, written from a minute on. */
export function batchLines(minute: number, count: number, random?: Random): string {
  const { event_id: id } = eventAt(minute);
  return Array.from({ length: count }, (_, index) =>
    lineAt(minute + index, {
      ...(random && moveOf(minute, random)),
      wp_id: `WP0${index + 1}`,
      batch: { id, index, count },
    }),
  ).join("");
}

type Damage = (log: Buffer, random: Random) => Buffer;

/** Every kind of damage, by name. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  truncated: (log, random) => log.subarray(0, random.below(log.length + 1)),
  flipped: (log, random) => {
    const flipped = Buffer.from(log);
    const at = random.below(log.length);
    if (log.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    return flipped;
  },
  rotten: (log, random) => {
    const rotten = Buffer.from(log);
    for (let flips = 2 + random.below(30); flips > 0 && log.length > 0; flips--) {
      const at = random.below(log.length);
      rotten[at] = (rotten[at] ?? 0) ^ (1 << random.below(8));
    }
    return rotten;
  },
  doubled_block: (log, random) => {
    const start = random.below(log.length + 1);
    const stop = start + random.below(log.length + 1 - start);
    return inserted(log, log.subarray(start, stop), stop);
  },
  lost_block: (log, random) => {
    const start = random.below(log.length + 1);
    const stop = start + random.below(log.length + 1 - start);
    return Buffer.concat([log.subarray(0, start), log.subarray(stop)]);
  },
  woven: (log, random) => {
    const other = Buffer.from(soundLog(random));
    const pieces: Buffer[] = [];
    for (let from = 0; from < Math.max(log.length, other.length); ) {
      const stop = from + 1 + random.below(700);
      pieces.push((random.oneIn(2) ? log : other).subarray(from, stop));
      from = stop;
    }
    return Buffer.concat(pieces);
  },
  utf16: (log, random) => {
    const wide = Buffer.from(text(log), "utf16le");
    if (random.oneIn(2)) wide.swap16();
    return random.oneIn(2) ? wide : Buffer.concat([Buffer.from([0xff, 0xfe]), wide]);
  },
  base64: (log, random) => {
    const garbage = Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
    const lines = `${garbage.toString("base64")}${random.pick(["", "\n"])}`;
    return inserted(
      log,
      Buffer.from(lines),
      random.oneIn(2) ? lineStart(log, random) : random.below(log.length + 1),
    );
  },
  swapped: (log, random) =>
    withLines(log, (lines) => {
      const [a, b] = [random.below(lines.length), random.below(lines.length)];
      return lines.map((line, i) => (i === a ? (lines[b] ?? line) : i === b ? (lines[a] ?? line) : line));
    }),
  joined: (log, random) =>
    withLines(log, (lines) => {
      const at = random.below(lines.length);
      return lines.map((line, i) => (i === at ? line.replace(/\n$/, "") : line));
    }),
  removed: (log, random) =>
    withLines(log, (lines) => lines.filter((_, i) => i !== random.below(lines.length))),
  duplicated: (log, random) => withLines(log, (lines) => [...lines, lines[random.below(lines.length)] ?? ""]),
  repeated: (log) => Buffer.concat([log, log]),
  conflicted: (log, random) => withLines(log, (lines) => conflicted(lines, random)),
  crlf: (log) => latin1(text(log).replaceAll("\n", "\r\n")),
  some_crlf: (log, random) => latin1(text(log).replaceAll("\n", () => (random.oneIn(3) ? "\r\n" : "\n"))),
  bom: (log) => Buffer.concat([BYTE_ORDER_MARK, log]),
  bom_inside: (log, random) => inserted(log, BYTE_ORDER_MARK, lineStart(log, random)),
  nul_tail: (log, random) => Buffer.concat([log, Buffer.alloc(1 + random.below(4096))]),
  nul_inside: (log, random) => inserted(log, Buffer.alloc(1 + random.below(5)), random.below(log.length + 1)),
  zeroed_sectors: (log, random) => {
    const zeroed = Buffer.from(log);
    const sector = random.below(Math.ceil(log.length / 512) + 1);
    zeroed.subarray(sector * 512, (sector + 1 + random.below(2)) * 512).fill(0);
    return zeroed;
  },
  nul_line: (log, random) => inserted(log, Buffer.from("\0\0\n"), lineStart(log, random)),
  not_utf8: (log, random) =>
    inserted(log, Buffer.from([random.pick([0x80, 0xc3, 0xed, 0xff])]), random.below(log.length + 1)),
  blank: (log, random) =>
    inserted(log, Buffer.from(random.pick(["\n", "  \n", "\t\r\n", "\r\n\n"])), lineStart(log, random)),
  foreign: (log, random) =>
    inserted(log, Buffer.from(random.pick(["[]\n", "7\n", "x\n", "{}\n", "null\n"])), lineStart(log, random)),
  unended: (log) => (log.at(-1) === 10 ? log.subarray(0, -1) : log),
  unfinished_batch: (log, random) => {
    const whole = batchLines(100, 2 + random.below(3), random);
    const keep = 1 + random.below(Math.max(1, whole.length - 2));
    return Buffer.concat([log, latin1(whole.slice(0, keep))]);
  },
};

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LONG_LINE = Buffer.from(`${"{".repeat(10 * 1024 * 1024)}\n`);

/** A log with one to three kinds of damage; some hold a line of 10 MB. */
export function damagedLog(random: Random): { readonly bytes: Buffer; readonly damages: readonly string[] } {
  const [first = "", ...others] = Object.keys(DAMAGES);
  let bytes: Buffer = Buffer.from(soundLog(random), "utf8");
  const damages = Array.from({ length: 1 + random.below(3) }, () => random.pick([first, ...others]));
  for (const name of damages) bytes = DAMAGES[name]?.(bytes, random) ?? bytes;
  if (!random.oneIn(50)) return { bytes, damages };
  return { bytes: inserted(bytes, LONG_LINE, lineStart(bytes, random)), damages: [...damages, "long_line"] };
}

/** Puts conflict markers around some neighbours, in one of git's styles. */
function conflicted(lines: readonly string[], random: Random): string[] {
  const start = random.below(lines.length + 1);
  const middle = start + random.below(lines.length + 1 - start);
  const stop = middle + random.below(lines.length + 1 - middle);
  const end = random.pick(["\n", "\r\n"]);
  const base = random.pick([
    [],
    [`||||||| 1a2b3c4${end}`, ...lines.slice(start, start + 1)],
    [`||||||| 1a2b3c4${end}`, `<<<<<<<<< Temporary merge branch 1${end}`, `=========${end}`],
  ]);
  return [
    ...lines.slice(0, start),
    `<<<<<<< HEAD${end}`,
    ...lines.slice(start, middle),
    ...base,
    `=======${end}`,
    ...lines.slice(middle, stop),
    `>>>>>>> theirs${end}`,
    ...lines.slice(stop),
  ];
}

function withLines(log: Buffer, change: (lines: readonly string[]) => readonly string[]): Buffer {
  return latin1(change(text(log).match(/[^\n]*\n|[^\n]+$/g) ?? []).join(""));
}

function lineStart(log: Buffer, random: Random): number {
  return log.indexOf(10, random.below(log.length + 1)) + 1;
}

function inserted(log: Buffer, bytes: Buffer, at: number): Buffer {
  return Buffer.concat([log.subarray(0, at), bytes, log.subarray(at)]);
}

function text(bytes: Buffer): string {
  return bytes.toString("latin1");
}

function latin1(characters: string): Buffer {
  return Buffer.from(characters, "latin1");
}
