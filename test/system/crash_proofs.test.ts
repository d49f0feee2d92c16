/** The proofs by killing find what is broken: over projects, and by executables, that are broken on purpose. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANE } from "../../scripts/project.ts";
import { aftermath, lookBefore } from "../crash/aftermath.ts";
import { ASKS, type Ask } from "../crash/asks.ts";
import { killEverywhere } from "../crash/crash_calls.ts";
import { killAtRandom } from "../crash/crash_random.ts";
import { laneIn, type Ran, removeScene, type Scene, writeIn } from "../crash/scene.ts";
import { makeState, STATES, type StartingState } from "../crash/starting_states.ts";
import { commandOf, enter, onStages, type Stage } from "../crash/strikes.ts";
import { callsOf, killBefore } from "../crash/system_calls.ts";
import { startHolder } from "../store/holder.ts";
import { makeFolder, SLUG } from "../support/project.ts";
import { randomFrom } from "../support/random.ts";

const FEATURE = `project/kitty-specs/${SLUG}`;
const LOG = "status.events.jsonl";
const TIMEOUT_MS = 120_000;
const CAN_TRACE = Bun.spawnSync(["strace", "-f", "-o", "/dev/null", "true"]).exitCode === 0;
if (!CAN_TRACE) console.warn("Skipped: no process can be traced here (strace, ptrace)");

const EXISTING = stateCalled("existing log");
const EMIT = askCalled("emit");

let stage: Stage;
beforeAll(async () => {
  stage = { state: EXISTING, scene: await makeState(EXISTING) };
});
afterAll(() => removeScene(stage.scene));

/** Lets an emit end, does harm to what it left, and says what the aftermath finds. */
async function foundAfter(harm: (scene: Scene) => void, said?: Partial<Ran>): Promise<string> {
  const one = enter(stage, EMIT);
  try {
    const before = lookBefore(one.scene);
    const ran = { ...(await laneIn(one.scene, EMIT.words)), ...said };
    harm(one.scene);
    return (await aftermath(one, before, ran)).breaks.join("\n");
  } finally {
    removeScene(one.scene);
  }
}

/** The bytes of the log's last line. */
function lastLine({ folder }: Scene): string {
  return `${readFileSync(join(folder, LOG), "utf8").trimEnd().split("\n").at(-1)}\n`;
}

const HARMS: readonly [what: string, found: RegExp, harm: (scene: Scene) => void][] = [
  [
    "an answered event that is lost",
    /is lost, or another one, after the kill/,
    (scene) => {
      const path = join(scene.folder, LOG);
      truncateSync(path, readFileSync(path).length - lastLine(scene).length);
    },
  ],
  [
    "an old line with other bytes",
    /old bytes did not outlive the killed one/,
    ({ folder }) => {
      const path = join(folder, LOG);
      writeFileSync(path, readFileSync(path, "utf8").replace('{"actor": ', '{"actor":  '));
    },
  ],
  [
    "a key that is recorded twice",
    /key k0 is recorded more than once/,
    (scene) => {
      const line = lastLine(scene).replace(/"event_id": "(.{20}).{6}"/, '"event_id": "$1ZZZZZZ"');
      appendFileSync(join(scene.folder, LOG), line);
    },
  ],
  [
    "an answer before the snapshot was renewed",
    /the snapshot says undefined of WP03, not claimed/,
    (scene) => writeIn(scene, `${FEATURE}/status.json`, "{}\n"),
  ],
  [
    "an answer before the page was written",
    /the page says planned of WP03, not claimed/,
    (scene) => {
      const path = `${FEATURE}/tasks/WP03-page.md`;
      writeIn(scene, path, readFileSync(join(scene.base, path), "utf8").replace("claimed", "planned"));
    },
  ],
  [
    "a temporary file that nobody sweeps away",
    /\.WP99\.md\.lane-tmp is left behind/,
    (scene) => writeIn(scene, `${FEATURE}/tasks/.WP99.md.lane-tmp`, ""),
  ],
  [
    "a file of another folder that was changed",
    /neighbour\/note\.txt was changed/,
    (scene) => writeIn(scene, "neighbour/note.txt", "ours now\n"),
  ],
  [
    "a file in the home that was made",
    /home\/\.cache was changed, made or removed/,
    (scene) => writeIn(scene, "home/.cache", ""),
  ],
  [
    "a page whose text was changed",
    /tasks\/WP02-page\.md was changed/,
    ({ folder }) => appendFileSync(join(folder, "tasks/WP02-page.md"), "more\n"),
  ],
  [
    "damage that no repair is offered for",
    /the log can't be read, nor is the remedy named/,
    ({ folder }) => appendFileSync(join(folder, LOG), '{"a": 1,}\n'),
  ],
];

describe("aftermath()", () => {
  test("finds nothing where nothing is broken", async () => {
    expect(await foundAfter(() => {})).toBe("");
  });

  test.each(HARMS)("finds %s", async (_, found, harm) => {
    expect(await foundAfter(harm)).toMatch(found);
  });

  test("finds an end with 0 that answered nothing", async () => {
    expect(await foundAfter(() => {}, { stdout: "" })).toContain("ended with 0 and answered nothing");
  });

  test("finds a lock that is still held", async () => {
    using folder = makeFolder();
    const one = enter(stage, EMIT);
    const scene = { ...one.scene, executable: standIn(folder.path, IMPATIENT) };
    const before = lookBefore(scene);
    const base = join(scene.root, ".git");
    await using _ = await startHolder({ path: join(base, `lanekeeper/kitty-specs/${SLUG}.lock`), base });

    const { breaks } = await aftermath({ ...one, scene }, before, { code: null, stdout: "", stderr: "" });

    expect(breaks.join("\n")).toMatch(/the next emit failed: .*LOCK_TIMEOUT/);
    removeScene(scene);
  });
});

/** Waits for no lock. */
const IMPATIENT = `#!/bin/sh
case "$*" in
  *--lock-timeout*) exec "${LANE}" "$@" ;;
  *) exec "${LANE}" "$@" --lock-timeout 0 ;;
esac
`;

/** Answers first, and writes then. */
const HASTY = `#!/bin/sh
case "$1" in
  emit | next) "${LANE}" "$@" --dry-run && "${LANE}" "$@" >/dev/null ;;
  *) exec "${LANE}" "$@" ;;
esac
`;

/** Leaves the snapshot as an older one was. */
const FORGETFUL = `#!/bin/sh
"${LANE}" "$@" || exit
[ "$1" != emit ] || echo '{}' > "kitty-specs/${SLUG}/status.json"
`;

describe.skipIf(!CAN_TRACE)("killEverywhere()", () => {
  test("makes the process die before the call, not behind it", async () => {
    const one = enter(stage, EMIT);
    const before = lookBefore(one.scene);
    const command = commandOf(one);
    const probe = enter(stage, EMIT);
    const write = (await callsOf(probe.scene, commandOf(probe))).find(({ shown }) => shown.includes(LOG));
    if (write === undefined) throw new Error("no call writes to the log");

    const { was_killed, ran } = await killBefore(write, one.scene, command);

    expect({ name: write.name, was_killed, stdout: ran.stdout }).toEqual({
      name: "write",
      was_killed: true,
      stdout: "",
    });
    expect(lookBefore(one.scene).log).toEqual(before.log);
    for (const { scene } of [one, probe]) removeScene(scene);
  });

  test.each([
    ["answers before it writes", HASTY, "is lost, or another one, after the kill"],
    ["leaves the snapshot as it was", FORGETFUL, "the snapshot says undefined of WP03"],
  ])(
    "finds breaks by an executable that %s",
    async (_, script, found) => {
      const breaks = await breaksBy(script, (stages) =>
        killEverywhere(stages, { form: "full", random: randomFrom(1), say: () => {} }, [EMIT]),
      );

      expect(breaks).toContain(found);
      expect(breaks).toContain("-e inject=");
    },
    TIMEOUT_MS,
  );
});

test(
  "killAtRandom() finds breaks by an executable that answers before it writes",
  async () => {
    const breaks = await breaksBy(HASTY, (stages) =>
      killAtRandom(stages, { random: randomFrom(1), say: () => {} }, 25),
    );

    expect(breaks).toContain("is lost, or another one, after the kill");
    expect(breaks).toMatch(/killed after [\d.]+ ms/);
  },
  TIMEOUT_MS,
);

/** What a proof finds over one state with a stand-in for the executable; what it keeps of it goes. */
async function breaksBy(
  script: string,
  prove: (stages: readonly Stage[]) => Promise<{ readonly breaks: readonly string[] }>,
): Promise<string> {
  using folder = makeFolder();
  const { breaks } = await onStages(standIn(folder.path, script), prove, [EXISTING]);
  for (const one of breaks) {
    const [, kept] = /as it was then: (\S+)$/.exec(one) ?? [];
    if (kept !== undefined) rmSync(kept, { recursive: true });
  }
  return breaks.join("\n");
}

function standIn(folder: string, script: string): string {
  const executable = join(folder, "lane");
  writeFileSync(executable, script, { mode: 0o755 });
  return executable;
}

function stateCalled(name: string): StartingState {
  const found = STATES.find((state) => state.name === name);
  if (found === undefined) throw new Error(`no state is called ${name}`);
  return found;
}

function askCalled(name: string): Ask {
  const found = ASKS.find((ask) => ask.name === name);
  if (found === undefined) throw new Error(`nothing that is asked is called ${name}`);
  return found;
}
