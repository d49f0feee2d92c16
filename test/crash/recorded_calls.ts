/** What a run of lane asks of the disk, call by call, as strace sees it. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { cleanEnvironment } from "../support/lane.ts";
import { makeFolder } from "../support/project.ts";

/** One thing asked of the disk, or told to the caller. Paths are relative to the project's root. */
export type Operation =
  | { readonly kind: "make_folder"; readonly path: string }
  /** A new file; `file` stands for it from now on, whatever it is called. */
  | { readonly kind: "create"; readonly path: string; readonly file: number }
  | {
      readonly kind: "write";
      readonly path: string;
      readonly file: number;
      readonly offset_bytes: number;
      readonly bytes: Buffer;
    }
  | {
      readonly kind: "truncate";
      readonly path: string;
      readonly file: number;
      readonly size_bytes: number;
    }
  | { readonly kind: "sync_file"; readonly path: string; readonly file: number }
  | { readonly kind: "sync_folder"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly file: number }
  | { readonly kind: "link"; readonly from: string; readonly to: string; readonly file: number }
  | { readonly kind: "remove"; readonly path: string }
  /** What stands on stdout. */
  | { readonly kind: "answer"; readonly text: string };

/** The names in a project's folder, and the files behind them. */
export interface Names {
  readonly folders: Set<string>;
  readonly files: Map<string, number>;
  /** By file. */
  readonly sizes_bytes: Map<number, number>;
}

/** The names that there are before anything is recorded; files count from 0 in their order. */
export function namesIn(root: string): Names {
  const all = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const is_folder = (name: string) => statSync(join(root, name)).isDirectory();
  const files = all.filter((name) => !is_folder(name));
  return {
    folders: new Set(["", ...all.filter(is_folder)]),
    files: new Map(files.map((name, i) => [name, i])),
    sizes_bytes: new Map(files.map((name, i) => [i, statSync(join(root, name)).size])),
  };
}

const CALLS = [
  ["openat", "close", "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate"],
  ["rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "rmdir"],
].flat();
const LONGEST_WRITE_BYTES = 16 * 1024 * 1024;

/** Runs lane and records what it asks of the disk, in order; `names` is brought up to date. */
export function recordCalls(root: string, words: readonly string[], names: Names): Operation[] {
  using folder = makeFolder();
  const trace = join(folder.path, "trace");
  const strace = ["strace", "-ff", "-qq", "-xx", "-s", String(LONGEST_WRITE_BYTES), "-o", trace];
  const run = Bun.spawnSync([...strace, "-e", `trace=${CALLS.join(",")}`, LANE, ...words], {
    cwd: root,
    env: cleanEnvironment(),
  });
  if (run.exitCode !== 0) throw new Error(`${words.join(" ")}: ${run.stdout}${run.stderr}`);
  // One file for each thread; only one of them may touch the project, or the order would be unknown.
  const threads = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name), "latin1"));
  const recorded = threads
    .map((text) => new Recorder(root, names).read(text))
    .filter((operations) => operations.length > 0);
  if (recorded.length !== 1) throw new Error(`${recorded.length} threads wrote to the project`);
  return recorded[0] ?? [];
}

/** What an open file descriptor stands for. */
interface Open {
  readonly path: string;
  /** Undefined for a folder. */
  readonly file: number | undefined;
  readonly appends: boolean;
  position_bytes: number;
}

class Recorder {
  readonly #root: string;
  readonly #names: Names;
  readonly #open = new Map<number, Open>();
  readonly #operations: Operation[] = [];

  constructor(root: string, names: Names) {
    this.#root = root;
    this.#names = names;
  }

  read(text: string): Operation[] {
    for (const line of text.split("\n")) {
      const [, call = "", args = "", result = ""] = /^(\w+)\((.*)\)\s+= (\d+)/.exec(line) ?? [];
      if (call !== "") this.#take(call, args, Number(result));
    }
    return this.#operations;
  }

  #take(call: string, args: string, result: number): void {
    const paths = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => bytesOf(hex));
    const fd = Number.parseInt(args, 10);
    const [first, second] = paths.map((bytes) => this.#inside(bytes.toString("utf8")));
    if (call === "openat") this.#opened(first, args, result);
    else if (call === "close") this.#open.delete(fd);
    else if (/^p?write/.test(call)) this.#written(fd, paths, args);
    else if (/^f(?:data)?sync/.test(call)) this.#synced(fd);
    else if (call === "ftruncate") this.#truncated(fd, Number(args.split(", ")[1]));
    else if (first === undefined) return;
    else if (call === "mkdir") this.#madeFolder(first);
    else if (call.startsWith("unlink") || call === "rmdir") this.#removed(first);
    else if (second !== undefined) this.#named(call.startsWith("rename") ? "rename" : "link", first, second);
  }

  #opened(path: string | undefined, args: string, fd: number): void {
    if (path === undefined) return;
    if (this.#names.folders.has(path)) {
      this.#open.set(fd, { path, file: undefined, appends: false, position_bytes: 0 });
      return;
    }
    let file = this.#names.files.get(path);
    if (file === undefined) {
      file = this.#names.sizes_bytes.size;
      this.#names.files.set(path, file);
      this.#names.sizes_bytes.set(file, 0);
      this.#operations.push({ kind: "create", path, file });
    } else if (args.includes("O_TRUNC")) {
      throw new Error(`${path} is emptied in place`);
    }
    this.#open.set(fd, { path, file, appends: args.includes("O_APPEND"), position_bytes: 0 });
  }

  #written(fd: number, texts: readonly Buffer[], args: string): void {
    const bytes = Buffer.concat(texts);
    if (fd === 1) this.#operations.push({ kind: "answer", text: bytes.toString("utf8") });
    const open = this.#open.get(fd);
    if (open?.file === undefined) return;
    if (args.startsWith("pwrite")) throw new Error("a write at an offset is not understood");
    const { path, file } = open;
    const { sizes_bytes } = this.#names;
    const size_bytes = sizes_bytes.get(file) ?? 0;
    const offset_bytes = open.appends ? size_bytes : open.position_bytes;
    open.position_bytes = offset_bytes + bytes.length;
    sizes_bytes.set(file, Math.max(size_bytes, open.position_bytes));
    this.#operations.push({ kind: "write", path, file, offset_bytes, bytes });
  }

  #synced(fd: number): void {
    const open = this.#open.get(fd);
    if (open === undefined) return;
    const { path, file } = open;
    this.#operations.push(
      file === undefined ? { kind: "sync_folder", path } : { kind: "sync_file", path, file },
    );
  }

  #truncated(fd: number, size_bytes: number): void {
    const open = this.#open.get(fd);
    if (open?.file === undefined) return;
    this.#names.sizes_bytes.set(open.file, size_bytes);
    this.#operations.push({ kind: "truncate", path: open.path, file: open.file, size_bytes });
  }

  #madeFolder(path: string): void {
    this.#names.folders.add(path);
    this.#operations.push({ kind: "make_folder", path });
  }

  #removed(path: string): void {
    this.#names.files.delete(path);
    this.#names.folders.delete(path);
    this.#operations.push({ kind: "remove", path });
  }

  #named(kind: "rename" | "link", from: string, to: string): void {
    const file = this.#names.files.get(from);
    if (file === undefined) throw new Error(`${from} is not known`);
    if (kind === "rename") this.#names.files.delete(from);
    this.#names.files.set(to, file);
    this.#operations.push({ kind, from, to, file });
  }

  /** A path from the project's root; undefined for what lies elsewhere. */
  #inside(path: string): string | undefined {
    const way = relative(this.#root, path);
    return path.startsWith("/") && !way.startsWith("..") ? way : undefined;
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}
