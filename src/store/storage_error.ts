/** The disk said no: an exception, because no caller can do anything but report it. */

import { type Refused, refuse } from "../domain/refusal.ts";
import { visible } from "../domain/text.ts";
import { withSlashes } from "./spelling.ts";

/** What the system's error names mean to a person. */
const MEANING: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something else has that name already",
  EFBIG: "the file would grow past the size limit",
  EIO: "the disk reports an error",
  EISDIR: "it is a folder",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "too many open files in the system",
  ENOENT: "it is not there",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is no folder",
  // Windows says the same of a file that is read-only and of one that is open.
  EPERM:
    process.platform === "win32"
      ? "it may not be written, or another program has it open"
      : "operation not permitted",
  ENXIO: "nobody is at its other end",
  EROFS: "the file system is read-only",
  SQLITE_CANTOPEN_SYMLINK: "a link stands in its way",
};

/** A file could not be read, written or made durable. */
export class StorageError extends Error {
  /** The file or folder. */
  readonly path: string;
  /** The system's name for what went wrong, like `ENOSPC`, where it has one. */
  readonly errno: string | undefined;
  /** Whether what was being written may be there all the same. */
  readonly outcome_unknown: boolean;
  /** What would do, where there is something to say. */
  readonly hint: string | undefined;

  constructor(
    attempt: string,
    path: string,
    cause: unknown,
    options: { outcome_unknown?: boolean; hint?: string } = {},
  ) {
    const outcome = options.outcome_unknown ? "; outcome unknown: it may be recorded" : "";
    super(visible(`cannot ${attempt} ${withSlashes(path)}: ${explain(cause)}${outcome}`), { cause });
    this.name = "StorageError";
    this.path = path;
    this.errno = errnoOf(cause);
    this.outcome_unknown = options.outcome_unknown ?? false;
    this.hint = options.hint;
  }
}

/** Runs a file operation; what the system refuses comes out as a {@link StorageError}. */
export function attempt<T>(what: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(what, path, error);
  }
}

/** The same as a refusal, for those who must go on. */
export function refusalOf({ message, path, errno, outcome_unknown, hint }: StorageError): Refused {
  return refuse("IO", message, { hint, details: { path, errno: errno ?? null, outcome_unknown } });
}

/** A caught error as a refusal, if it is one of the disk; a bug is thrown on. */
export function refusalOrThrow(error: unknown): Refused {
  if (error instanceof StorageError) return refusalOf(error);
  throw error;
}

/** The system's name of an error, like `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** What lies behind an error of ours; another error is its own cause. */
export function causeOf(error: unknown): unknown {
  return error instanceof StorageError ? error.cause : error;
}

function explain(cause: unknown): string {
  if (typeof cause === "string") return cause;
  const errno = errnoOf(cause);
  if (errno !== undefined && MEANING[errno] !== undefined) return `${MEANING[errno]} (${errno})`;
  return cause instanceof Error ? cause.message : String(cause);
}
