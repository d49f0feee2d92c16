/**
 * What a power cut may leave of what was asked of a disk: the model.
 *
 * Data. What was written to a file is safe once that file was synced. Of what was not, each
 * sector of 512 bytes is on the disk or not, independently of all others. The file's size is
 * the old one, the new one, or any between; where the size is there and the sector is not,
 * zeros stand (delayed allocation).
 *
 * Names. What was made, renamed or removed in a folder is safe once that folder was synced;
 * syncing a file says nothing of its name. Of what was not synced, each change is on the disk
 * or not, independently of all others and of the data. One change is whole or not at all: a
 * name never leads to nothing, and a rename never loses both names.
 *
 * That is what POSIX promises and no more. Journaling file systems lose less: their states are
 * among these. What is not modelled: a disk that says it synced and did not, and one that
 * damages what it was not asked to write.
 */

import type { Random } from "../support/random.ts";
import type { Names, Operation } from "./recorded_calls.ts";

/** The files of a project, by path from its root, and its folders. */
export interface Tree {
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** What disks write at once, or not at all. */
const SECTOR_BYTES = 512;

/** A change of names that may be lost. */
interface NameChange {
  /** The folders that it is in. */
  readonly folders: readonly string[];
  readonly apply: (names: LooseNames) => void;
}

interface LooseNames {
  readonly folders: Set<string>;
  readonly files: Map<string, number>;
}

/** A file's bytes: those that are safe, and those that readers see now. */
interface Content {
  safe: Buffer;
  now: Buffer;
}

/** A disk that remembers what is safe and what is not. */
export class Disk {
  readonly #safe_names: LooseNames;
  readonly #loose_changes: NameChange[] = [];
  readonly #contents: Map<number, Content>;

  /** @param before everything in it is safe */
  constructor(before: Tree, names: Names) {
    this.#safe_names = { folders: new Set(names.folders), files: new Map(names.files) };
    this.#contents = new Map(
      [...names.files].map(([path, file]) => {
        const bytes = before.files.get(path) ?? Buffer.alloc(0);
        return [file, { safe: bytes, now: bytes }];
      }),
    );
  }

  /** Does one operation. */
  take(operation: Operation): void {
    if (operation.kind === "write") this.#write(operation.file, operation.offset_bytes, operation.bytes);
    else if (operation.kind === "truncate") this.#truncate(operation.file, operation.size_bytes);
    else if (operation.kind === "sync_file") this.#syncFile(operation.file);
    else if (operation.kind === "sync_folder") this.#syncFolder(operation.path);
    else if (operation.kind === "create") this.#create(operation.path, operation.file);
    else if (operation.kind !== "answer") this.#rename(operation);
  }

  /**
   * The trees that a power cut can leave now; the same one can come more than once.
   *
   * @param limit all of them where there are no more than this; else so many, by chance
   */
  *statesAfterCut(limit: number, random: Random): Generator<Tree> {
    const contents = [...this.#contents].map(([file, content]) => ({
      file,
      variants: variantsOf(content, limit, random),
    }));
    const sizes = [...this.#loose_changes.map(() => 2), ...contents.map(({ variants }) => variants.length)];
    const count = sizes.reduce((product, size) => product * size, 1);
    for (let i = 0; i < Math.min(count, limit); i++) {
      const digits = count <= limit ? digitsOf(i, sizes) : sizes.map((size) => random.below(size));
      const kept = this.#loose_changes.filter((_, at) => digits[at] === 1);
      const chosen = contents.map(({ file, variants }, at) => {
        return [file, variants[digits[this.#loose_changes.length + at] ?? 0] ?? Buffer.alloc(0)] as const;
      });
      yield this.#treeOf(kept, new Map(chosen));
    }
  }

  #treeOf(kept: readonly NameChange[], contents: ReadonlyMap<number, Buffer>): Tree {
    const names = { folders: new Set(this.#safe_names.folders), files: new Map(this.#safe_names.files) };
    for (const { apply } of kept) apply(names);
    const isThere = (path: string): boolean =>
      path === "" || (names.folders.has(path) && isThere(folderOf(path)));
    return {
      folders: new Set([...names.folders].filter(isThere)),
      files: new Map(
        [...names.files]
          .filter(([path]) => isThere(folderOf(path)))
          .map(([path, file]) => [path, contents.get(file) ?? Buffer.alloc(0)]),
      ),
    };
  }

  #create(path: string, file: number): void {
    this.#contents.set(file, { safe: Buffer.alloc(0), now: Buffer.alloc(0) });
    this.#change([path], ({ files }) => files.set(path, file));
  }

  /** Every other change of names. */
  #rename(operation: Extract<Operation, { kind: "make_folder" | "rename" | "link" | "remove" }>): void {
    if (operation.kind === "make_folder" || operation.kind === "remove") {
      const { kind, path } = operation;
      this.#change([path], ({ folders, files }) => {
        files.delete(path);
        if (kind === "make_folder") folders.add(path);
        else folders.delete(path);
      });
      return;
    }
    const { kind, from, to, file } = operation;
    this.#change(kind === "rename" ? [from, to] : [to], ({ files }) => {
      if (kind === "rename") files.delete(from);
      files.set(to, file);
    });
  }

  #change(paths: readonly string[], apply: (names: LooseNames) => void): void {
    this.#loose_changes.push({ folders: paths.map(folderOf), apply });
  }

  #syncFolder(folder: string): void {
    const safe = this.#loose_changes.filter(({ folders }) => folders.includes(folder));
    for (const change of safe) {
      change.apply(this.#safe_names);
      this.#loose_changes.splice(this.#loose_changes.indexOf(change), 1);
    }
  }

  #syncFile(file: number): void {
    const content = this.#contentOf(file);
    content.safe = content.now;
  }

  #truncate(file: number, size_bytes: number): void {
    const content = this.#contentOf(file);
    content.now = content.now.subarray(0, size_bytes);
  }

  #write(file: number, offset_bytes: number, bytes: Buffer): void {
    const content = this.#contentOf(file);
    const now = Buffer.alloc(Math.max(content.now.length, offset_bytes + bytes.length));
    content.now.copy(now);
    bytes.copy(now, offset_bytes);
    content.now = now;
  }

  #contentOf(file: number): Content {
    const content = this.#contents.get(file);
    if (content === undefined) throw new Error(`file ${file} was never made`);
    return content;
  }
}

/** What a file can hold after the cut. */
function variantsOf({ safe, now }: Content, limit: number, random: Random): readonly Buffer[] {
  if (safe.equals(now)) return [safe];
  const loose = sectorsThatDiffer(safe, now);
  const subsets = 2 ** loose.length;
  const variants = new Map<string, Buffer>();
  const add = (size_bytes: number, isKept: (sector: number) => boolean) => {
    const bytes = mixed(safe, now, size_bytes, isKept);
    variants.set(bytes.toString("latin1"), bytes);
  };
  for (const size_bytes of sizesBetween(safe.length, now.length)) {
    for (let i = 0; i < Math.min(subsets, limit); i++) {
      const kept = new Set(loose.filter((_, at) => (subsets <= limit ? (i >> at) & 1 : random.oneIn(2))));
      add(size_bytes, (sector) => kept.has(sector));
    }
    add(size_bytes, () => true);
    add(size_bytes, () => false);
  }
  return [...variants.values()];
}

/** Both sizes, the ends of sectors between them, and a byte more and a byte less. */
function sizesBetween(a: number, b: number): number[] {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const sizes = new Set([from, from + 1, to - 1, to]);
  for (let end = Math.ceil(from / SECTOR_BYTES) * SECTOR_BYTES; end < to; end += SECTOR_BYTES) sizes.add(end);
  return [...sizes].filter((size) => size >= from && size <= to);
}

function sectorsThatDiffer(safe: Buffer, now: Buffer): number[] {
  const count = Math.ceil(Math.max(safe.length, now.length) / SECTOR_BYTES);
  const sectorOf = (bytes: Buffer, i: number) => bytes.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES);
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) => !sectorOf(safe, i).equals(sectorOf(now, i)),
  );
}

function mixed(safe: Buffer, now: Buffer, size_bytes: number, isKept: (sector: number) => boolean): Buffer {
  const bytes = Buffer.alloc(size_bytes);
  safe.copy(bytes);
  for (let start = 0; start < size_bytes; start += SECTOR_BYTES) {
    const stop = Math.min(start + SECTOR_BYTES, size_bytes);
    if (isKept(start / SECTOR_BYTES)) now.copy(bytes, start, start, stop);
  }
  return bytes;
}

/** A number written in digits of these bases. */
function digitsOf(number: number, bases: readonly number[]): number[] {
  let left = number;
  return bases.map((base) => {
    const digit = left % base;
    left = Math.floor(left / base);
    return digit;
  });
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "" : path.slice(0, end);
}
