/** What a writer may find when it starts, and is killed: logs, derived files and folders in every condition. */

import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LONG_TEXT } from "../support/checkpoints.ts";
import { eventAt, lineAt, SLUG } from "../support/project.ts";
import { bytesIn, laneIn, makeScene, runIn, type Scene, writeIn } from "./scene.ts";

/** A condition that a project can be in. */
export interface StartingState {
  readonly name: string;
  /** Whether the log is refused from the start, so that a repair must come first. */
  readonly is_torn?: true;
  /** How many bytes past its old end the log may grow while it is being written to: a disk that fills up. */
  readonly room_bytes?: number;
  /** Whether the user has a sink of kind file, which must hear of every event. */
  readonly has_sink?: true;
  /** Puts the project into its condition. */
  readonly set: (scene: Scene) => Promise<void> | void;
}

/** The log as every state but the first has it: WP01 at work, WP02 claimed. */
const OLD_LOG =
  lineAt(1) +
  lineAt(2, { from_lane: "claimed", to_lane: "in_progress", parent_event_ids: [eventAt(1).event_id] }) +
  lineAt(3, { wp_id: "WP02" });

/** Where the sink of kind file writes, below a scene's base. */
export const SINK_FILE = "home/sink.jsonl";

const PROJECT = "project";
const FEATURE = `${PROJECT}/kitty-specs/${SLUG}`;
const LOG = `${FEATURE}/status.events.jsonl`;

const WPS = Array.from({ length: 9 }, (_, i) => `WP0${i + 1}`);

export const STATES: readonly StartingState[] = [
  { name: "new log", set: startEmpty },
  { name: "existing log", set: start },
  {
    name: "log without line end",
    set: async (scene) => {
      await start(scene);
      writeIn(scene, LOG, OLD_LOG.trimEnd());
    },
  },
  {
    name: "log with a torn tail",
    is_torn: true,
    set: async (scene) => {
      await start(scene);
      appendFileSync(join(scene.base, LOG), lineAt(4, { wp_id: "WP03" }).slice(0, 200));
    },
  },
  {
    name: "log with half a batch",
    is_torn: true,
    set: async (scene) => {
      await start(scene);
      const { event_id: id } = eventAt(4);
      appendFileSync(join(scene.base, LOG), lineAt(4, { wp_id: "WP03", batch: { id, index: 0, count: 2 } }));
    },
  },
  { name: "write that falls short", room_bytes: 150, set: start },
  {
    name: "no snapshot",
    set: async (scene) => {
      await start(scene);
      rmSync(join(scene.folder, "status.json"));
    },
  },
  {
    name: "stale snapshot and page",
    set: async (scene) => {
      await start(scene);
      makeStale(scene);
    },
  },
  {
    name: "temporary files of killed writers",
    set: async (scene) => {
      await start(scene);
      for (const name of [".status.json", "tasks/.WP02-page.md"]) {
        writeIn(scene, `${FEATURE}/${name}.lane-tmp`, "---\nlane: clai");
      }
      makeStale(scene);
    },
  },
  {
    name: "page with rich frontmatter",
    set: async (scene) => {
      writeIn(
        scene,
        `${FEATURE}/tasks/WP03-page.md`,
        '\ufeff---\r\nwork_package_id: "WP03"\r\n# a comment\r\ntitle: Grün\r\ndependencies: []\r\n---\r\n\r\nlane: as text\r\n',
      );
      await start(scene);
    },
  },
  {
    name: "generated table",
    set: async (scene) => {
      const text = "# Tasks\n\n<!-- lanekeeper:status -->\n<!-- /lanekeeper:status -->\n\nAnd more.\n";
      writeIn(scene, `${FEATURE}/tasks.md`, text);
      await start(scene);
    },
  },
  {
    name: "own sink of kind file",
    has_sink: true,
    set: async (scene) => {
      const sink = { name: "tail", kind: "file", path: "~/sink.jsonl" };
      const config = JSON.stringify({ status: { telemetry: { sinks: [sink] } } });
      writeIn(scene, "home/.config/lanekeeper/config.yaml", config);
      await start(scene);
    },
  },
  { name: "long log", set: startLong },
  {
    name: "long log, much of it behind its checkpoint",
    set: async (scene) => {
      await startLong(scene);
      for (const lane of ["in_progress", "blocked"]) {
        const long = ["--force", "--reason", LONG_TEXT];
        mustBeFine(await laneIn(scene, ["emit", "WP02", "--to", lane, "--actor", "claude", ...long]));
      }
    },
  },
  {
    name: "first use of a clone",
    set: async (scene) => {
      await start(scene);
      rmSync(join(scene.root, ".git/lanekeeper"), { recursive: true });
    },
  },
  {
    name: "no git at all",
    set: async (scene) => {
      await start(scene);
      rmSync(join(scene.root, ".git"), { recursive: true });
    },
  },
];

/** A project in that state, for {@link copyScene} to be copied from. */
export async function makeState(state: StartingState, executable?: string): Promise<Scene> {
  const scene = makeScene(executable);
  writeIn(scene, "neighbour/note.txt", "not ours\n");
  writeIn(scene, "batch.jsonl", "");
  writeIn(scene, `${PROJECT}/README.md`, "A project.\n");
  writeIn(scene, `${FEATURE}/spec.md`, "# What is wanted\n");
  writeIn(scene, `${FEATURE}/meta.json`, "{}\n");
  await state.set(scene);
  return scene;
}

/** A page of a work package. */
function pageOf(wp: string, lane: string): string {
  return `---\nwork_package_id: ${wp}\ntitle: The ${wp}\nlane: ${lane}\n---\n\n# The ${wp}\n`;
}

/** A repository with pages and a log whose derived files are up to date. */
async function start(scene: Scene): Promise<void> {
  await startEmpty(scene);
  writeIn(scene, LOG, OLD_LOG);
  mustBeFine(await laneIn(scene, ["materialize"]));
}

/** The same with a log that is worth a checkpoint, and none yet. */
async function startLong(scene: Scene): Promise<void> {
  await startEmpty(scene);
  writeIn(scene, LOG, OLD_LOG + lineAt(4, { wp_id: "WP05", reason: LONG_TEXT }));
  mustBeFine(await laneIn(scene, ["materialize"]));
}

/** The same without a log. */
async function startEmpty(scene: Scene): Promise<void> {
  mustBeFine(await runIn(scene, ["git", "init", "--quiet", "--template="]));
  for (const wp of WPS) {
    if (bytesIn(scene, `tasks/${wp}-page.md`) === undefined) {
      writeIn(scene, `${FEATURE}/tasks/${wp}-page.md`, pageOf(wp, "planned"));
    }
  }
}

/** A snapshot and a page that do not say what the log says. */
export function makeStale(scene: Scene): void {
  writeIn(scene, `${FEATURE}/status.json`, "{}\n");
  writeIn(scene, `${FEATURE}/tasks/WP02-page.md`, pageOf("WP02", "for_review"));
}

function mustBeFine({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): void {
  if (code !== 0) throw new Error(`the scene can't be set: ${stdout}${stderr}`);
}
