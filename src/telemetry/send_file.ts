/** A sink that is a file: CloudEvents as JSON Lines, for collectors that follow it. */

import { closeSync, constants, fstatSync, lstatSync, openSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Project } from "../project/project.ts";
import type { FileSink } from "../project/sinks.ts";
import { homeFolder } from "../project/user_settings.ts";
import { appendDurably, readFrom } from "../store/durable_file.ts";
import { isInside, realPathInside } from "../store/paths.ts";
import { attempt, errnoOf, StorageError } from "../store/storage_error.ts";
import { type Message, type Sender, said } from "./sender.ts";

const MOST_MESSAGES = 1000;

/** @param folder what a path that is not absolute starts from: the project's root, or the user's folder */
export function fileSender(sink: FileSink, project: Project, folder: string): Sender {
  return {
    most_messages: MOST_MESSAGES,
    send: async (messages) => {
      try {
        append(placeOf(sink, project, folder), messages);
        return { kind: "accepted" };
      } catch (error) {
        return { kind: "failed", error: said((error as Error).message) };
      }
    },
  };
}

/** A committed path can't lead out of the project, and no path leads to what is lane's or git's own. */
function placeOf({ path }: FileSink, { root, features_folder, git }: Project, folder: string): string {
  const home = path.startsWith("~/") ? homeFolder() : undefined;
  const named = home === undefined ? resolve(folder, path) : join(home, path.slice(2));
  const parent = attempt("use", dirname(named), () => realpathSync(dirname(named)));
  const place = join(parent, basename(named));
  if (folder === root) realPathInside(root, place);
  const closed = [
    features_folder,
    join(root, ".kittify"),
    join(root, ".lanekeeper"),
    git?.common_dir,
    git?.git_dir,
  ];
  if (closed.some((one) => one !== undefined && isInside(one, place))) {
    throw new StorageError("append to", place, "it lies among what belongs to lane, or to git");
  }
  return place;
}

function append(path: string, messages: readonly Message[]): void {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // A link is not followed, and a pipe is not waited for.
  const fd = attempt("open", path, () => open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK));
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw new StorageError("append to", path, "it is no file");
    const is_torn = found.size > 0 && readFrom(fd, path, found.size - 1)[0] !== LINE_FEED;
    const text = messages.map(({ json }) => `${json}\n`).join("");
    appendDurably(fd, path, Buffer.from(is_torn ? `\n${text}` : text, "utf8"), found.size);
  } finally {
    closeSync(fd);
  }
}

const LINE_FEED = 10;

function open(path: string, flags: number): number {
  // Windows has no O_NOFOLLOW.
  if (constants.O_NOFOLLOW === undefined && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new StorageError("append to", path, "it is a link");
  }
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (errnoOf(error) === "ELOOP") throw new StorageError("append to", path, "it is a link");
    throw error;
  }
}
