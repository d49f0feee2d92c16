// Archives whose bytes tell of nothing but their contents: one time, one owner, one order.

import { zipSync } from "fflate";
import { createTar } from "nanotar";

export interface Entry {
  /** Below the archive's one folder. */
  readonly name: string;
  readonly data: Uint8Array;
  readonly is_executable: boolean;
}

const MODE_EXECUTABLE = 0o755;
const MODE_PLAIN = 0o644;
const ZIP_MADE_ON_UNIX = 3;
const TYPE_REGULAR = 0o100000;

/** A `.tar.gz` with one folder. */
export function tarGz(folder: string, entries: readonly Entry[], date: Date): Uint8Array<ArrayBuffer> {
  const tar = createTar([
    { name: `${folder}/`, attrs: { mode: octal(MODE_EXECUTABLE), mtime: date.getTime(), ...NOBODY } },
    ...entries.map(({ name, data, is_executable }) => ({
      name: `${folder}/${name}`,
      data,
      attrs: { mode: octal(modeOf(is_executable)), mtime: date.getTime(), ...NOBODY },
    })),
  ]);
  return Bun.gzipSync(new Uint8Array(tar), { library: "libdeflate", level: 9 });
}

/** A `.zip` with one folder. */
export function zip(folder: string, entries: readonly Entry[], date: Date): Uint8Array {
  const files = entries.map(({ name, data, is_executable }): [string, [Uint8Array, object]] => {
    const attrs = ((TYPE_REGULAR | modeOf(is_executable)) << 16) >>> 0;
    return [`${folder}/${name}`, [data, { os: ZIP_MADE_ON_UNIX, attrs, mtime: date, level: 9 }]];
  });
  return inUtc(() => zipSync(Object.fromEntries(files)));
}

const NOBODY = { uid: 0, gid: 0, user: "root", group: "root" } as const;

function modeOf(is_executable: boolean): number {
  return is_executable ? MODE_EXECUTABLE : MODE_PLAIN;
}

function octal(mode: number): string {
  return mode.toString(8);
}

/** A zip keeps local times. They are to be UTC's: some of them are, in another time zone, in no day. */
function inUtc<T>(make: () => T): T {
  const zone = process.env.TZ;
  process.env.TZ = "UTC";
  try {
    return make();
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
}
