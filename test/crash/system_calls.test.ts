// What a trace says: which calls change something, and which of its name each is.

import { expect, test } from "bun:test";
import { callsIn } from "./system_calls.ts";

const TRACE = `11 openat(AT_FDCWD</b/project>, "/b/project/meta.json", O_RDONLY|O_CLOEXEC) = 5</b/project/meta.json>
12 write(4<anon_inode:[eventfd]>, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8
11 openat(AT_FDCWD</b/project>, "/b/project/log", O_RDWR|O_CREAT|O_EXCL, 0666) = 6</b/project/log>
11 write(6</b/project/log>, "{\\"actor\\": \\"claude\\"}", 20 <unfinished ...>
12 +++ exited with 0 +++
11 <... write resumed>) = 20
11 fsync(6</b/project/log>) = 0
12 fsync(6</b/project/log>) = 0
12 fsync(7</b/project>) = 0
11 rename("/b/project/.log.lane-tmp", "/b/project/log") = 0
11 write(1<pipe:[9]>, "{\\"log\\":\\"/b/project/log\\"}\\n", 24) = 24
11 exit_group(0) = ?
`;

test("callsIn() counts calls by name and thread, and tells which are on the project and which are hidden", () => {
  const calls = callsIn(TRACE, "/b").map(({ name, nth, is_on_scene, is_hidden }) => {
    return [name, nth, is_on_scene ? "project" : "other", ...(is_hidden ? ["hidden"] : [])];
  });

  expect(calls).toEqual([
    ["write", 1, "other"],
    ["openat", 2, "project"],
    ["write", 1, "project"],
    ["fsync", 1, "project"],
    ["fsync", 1, "project", "hidden"],
    ["fsync", 2, "project"],
    ["rename", 1, "project"],
    ["write", 2, "other"],
    ["exit_group", 1, "other"],
  ]);
});
