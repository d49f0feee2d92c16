/** The hooks of `lane init --hook` around real commits, merges and pulls, with the executable itself. */

import { expect, test } from "bun:test";
import { FOLDER, LOG, makeGround, pagePath, SNAPSHOT, type Tree, wayTo } from "../support/merging.ts";

test.concurrent("pre-commit stops a commit of a corrupt log and says at which line, and lets a sound one through", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await tree.act("init --hook");
  await tree.emitAndCommit(...wayTo("in_progress"));
  const sound = tree.read(LOG);
  const head = await tree.git("rev-parse", "HEAD");
  tree.write(LOG, `${sound}<<<<<<< HEAD\n`);
  await tree.git("add", "--all");

  const stopped = await tree.tryGit("commit", "--message", "corrupt");

  expect(stopped).toMatchObject({ code: 1, stdout: "" });
  expect(stopped.stderr).toContain(`error  LOG_CONFLICT_MARKERS  ${LOG}:3\n`);
  expect(stopped.stderr).toContain(
    "-> lane doctor --fix --feature 001-parser shows how it would be mended\n",
  );
  expect(await tree.git("rev-parse", "HEAD")).toBe(head);
  await tree.act("doctor --fix --apply");
  await tree.git("add", "--all");
  expect(tree.read(LOG)).toBe(sound);
  await tree.commit("sound again");
});

test.concurrent("pre-commit checks the log that is staged, not the one in the working tree", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await tree.act("init --hook");
  await tree.emitAndCommit(...wayTo("in_progress"));
  const sound = tree.read(LOG);
  await tree.emit("WP01 --to for_review --actor ana");
  const longer = tree.read(LOG);
  const commit = async (staged: string, in_tree: string) => {
    tree.write(LOG, staged);
    await tree.git("add", "--all");
    tree.write(LOG, in_tree);
    return (await tree.tryGit("commit", "--quiet", "--message", "staged")).code;
  };
  expect(await commit(`${sound}{"torn`, longer)).toBe(1);
  expect(await commit(longer, `${sound}{"torn`)).toBe(0);
  expect(await tree.git("show", `HEAD:${LOG}`)).toBe(longer);
  // A commit of paths is made from an index of its own.
  tree.write("other.txt", "x");
  await tree.git("add", "other.txt");
  expect(await tree.tryGit("commit", "--quiet", "--message", "path", "other.txt")).toMatchObject({ code: 0 });
  expect(await tree.tryGit("commit", "--quiet", "--message", "path", LOG)).toMatchObject({ code: 1 });
  expect(await tree.tryGit("commit", "--quiet", "--all", "--message", "all")).toMatchObject({ code: 1 });
  expect(await tree.git("show", `HEAD:${LOG}`)).toBe(longer);
});

test.concurrent("pre-commit stops the commit of a merge whose conflict markers are still in the log", async () => {
  using ground = await makeGround("not set up");
  const { main: tree } = ground;
  await bothMove(tree);
  await tree.act("init --hook");
  // As on a branch where nobody has run `lane init` yet.
  await tree.git("clean", "--quiet", "--force", ".gitattributes");
  expect((await tree.tryGit("merge", "--no-edit", "other")).code).toBe(1);
  await tree.git("add", "--all");

  expect(await tree.tryGit("commit", "--no-edit")).toMatchObject({ code: 1 });

  await tree.act("doctor --fix --apply");
  await tree.git("add", "--all");
  await tree.git("commit", "--quiet", "--no-edit");
  expect((await tree.git("rev-list", "--parents", "-1", "HEAD")).split(" ")).toHaveLength(3);
  await tree.expectDerived({ WP01: "blocked", WP02: "claimed" });
});

test.concurrent("post-merge renews snapshot and pages after git merge", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await bothMove(tree);
  await tree.act("init --hook");

  const merged = await tree.tryGit("merge", "--quiet", "--no-edit", "other");

  expect(merged).toMatchObject({ code: 0, stderr: "" });
  await tree.expectDerived({ WP01: "blocked", WP02: "claimed" });
  const changed = [` M ${SNAPSHOT}`, ` M ${pagePath("WP01")}`, ""].join("\n");
  expect(await tree.git("status", "--porcelain")).toBe(changed);
  // Without the hook it is as git merged it.
  await tree.git("reset", "--quiet", "--hard", "HEAD~1");
  await tree.act("uninstall");
  await tree.git("checkout", "--", ".");
  await tree.act("init");
  expect(await tree.tryGit("merge", "--quiet", "--no-edit", "other")).toMatchObject({ code: 0 });
  expect((await tree.lane("materialize --check")).code).toBe(1);
});

test.concurrent("post-merge renews every feature after git pull, in a fast-forward too", async () => {
  using ground = await makeGround("set up");
  const { main } = ground;
  const clone = await ground.clone("clone");
  await clone.act("init --hook");
  // A snapshot that nobody renewed, as after a merge on a host.
  await main.emit("WP01 --to claimed --actor ana");
  await main.git("checkout", "--", `${FOLDER}/tasks`);
  main.write(SNAPSHOT, "{}\n");
  await main.commit("stale");
  await clone.git("pull", "--quiet", "--ff-only");
  await clone.expectDerived({ WP01: "claimed" });
  await clone.commit("renewed");

  await main.emitAndCommit("WP01 --to blocked --actor bob");
  await clone.emitAndCommit("WP01 --to in_progress --actor ana");
  expect(await clone.tryGit("pull", "--quiet", "--no-rebase", "--no-edit")).toMatchObject({
    code: 0,
    stderr: "",
  });

  const { lane } = clone.tip();
  expect(lane).toBe("in_progress");
  await clone.expectDerived({ WP01: "in_progress" });
  expect(clone.events()).toHaveLength(3);
});

test.concurrent("post-merge says what it could not renew, and the merge stands", async () => {
  using ground = await makeGround("set up");
  const { main: tree } = ground;
  await tree.emitAndCommit("WP01 --to claimed --actor ana");
  await tree.git("checkout", "--quiet", "-b", "other");
  tree.write(LOG, `${tree.read(LOG)}not an event\n`);
  await tree.commit("by hand");
  await tree.git("checkout", "--quiet", "main");
  await tree.act("init --hook");

  const { code, stderr } = await tree.tryGit("merge", "--quiet", "--no-ff", "--no-edit", "other");

  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^Error: kitty-specs\/001-parser\/status\.events\.jsonl, line 2 \(byte \d+\): not JSON/,
  );
  expect((await tree.git("rev-list", "--parents", "-1", "HEAD")).split(" ")).toHaveLength(3);
});

/** WP01 moved on both sides, WP02 on `other` alone. */
async function bothMove(tree: Tree): Promise<void> {
  await tree.git("branch", "other");
  await tree.emitAndCommit("WP01 --to claimed --actor ana");
  await tree.git("checkout", "--quiet", "other");
  await tree.emitAndCommit("WP02 --to claimed --actor bob", "WP01 --to blocked --actor bob");
  await tree.git("checkout", "--quiet", "main");
}
