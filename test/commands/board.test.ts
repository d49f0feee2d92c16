/** `lane board` as a drawing: widths, wide characters, no colour, no Unicode, hostile texts. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { board } from "../../src/commands/board.ts";
import { lineAt, makeProject, pageText, SLUG, type TemporaryProject } from "../support/project.ts";
import { type Look, rendered, widestLine } from "../support/rendered.ts";

const LONG = "Write the body of a very long title that fits on no two lines of a narrow column";
const HOSTILE = "\u001b]0;owned\u0007\n\t\u202egnp.exe\u001b[2J";
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test("board draws the lanes that hold something as columns, and names the empty ones", async () => {
  using project = busyProject();
  const expected = lines(
    `${SLUG}  kitty-specs/${SLUG}/status.events.jsonl`,
    "██████▓▓▓▒▒▒╳╳╳░░░░░  2/7 finished, 1 in review, 1 active, 1 blocked",
    "",
    "planned 2                  in_progress 1              for_review 1",
    "─────────────────────────  ─────────────────────────  ─────────────────────────",
    "▎WP04                      ▎WP02                      ▎WP05",
    "▎Fourth                    ▎漢字の標題とても長いタイ  ▎Fifth 🎉 party",
    "                           ▎トルをここに書く          ▎claude, 2 h ago",
    "▎WP07                      ▎a-very-long-na…, 2 h ago",
    "▎Seventh",
    "",
    "done 2                     ! blocked 1",
    "─────────────────────────  ─────────────────────────",
    "▎WP01 Read the header      ▎WP03",
    "▎WP06 forced Sixth         ▎Write the body of a very",
    "                           ▎long title that fits on…",
    "                           ▎bob, 2 h ago",
    "",
    "empty: claimed, canceled",
  );
  expect(await drawn(project, { width_columns: 80 })).toBe(expected);
  // Where there is no terminal, as on one of 80 columns.
  expect(await drawn(project)).toBe(expected);
});

test("board on a narrow terminal puts the lanes one under another", async () => {
  using project = busyProject();
  expect(await drawn(project, { width_columns: 40 })).toBe(
    lines(
      SLUG,
      `kitty-specs/${SLUG}/status.eve…`,
      "███▓▓▒╳░░░",
      "2/7 finished, 1 in review, 1 active, 1",
      "blocked",
      "",
      "planned 2",
      "─".repeat(40),
      "▎WP04",
      "▎Fourth",
      "",
      "▎WP07",
      "▎Seventh",
      "",
      "in_progress 1",
      "─".repeat(40),
      "▎WP02",
      "▎漢字の標題とても長いタイトルをここに書",
      "▎く",
      "▎a-very-long-name-of-an-agent, 2 h ago",
      "",
      "for_review 1",
      "─".repeat(40),
      "▎WP05",
      "▎Fifth 🎉 party",
      "▎claude, 2 h ago",
      "",
      "done 2",
      "─".repeat(40),
      "▎WP01 Read the header",
      "▎WP06 forced Sixth",
      "",
      "! blocked 1",
      "─".repeat(40),
      "▎WP03",
      "▎Write the body of a very long title",
      "▎that fits on no two lines of a narrow …",
      "▎bob, 2 h ago",
      "",
      "empty: claimed, canceled",
    ),
  );
});

test("board on a wide terminal has all lanes in one row", async () => {
  using project = busyProject();
  const text = await drawn(project, { width_columns: 200 });
  expect(text.split("\n")[3]?.split(/ {2,}/)).toEqual([
    "planned 2",
    "in_progress 1",
    "for_review 1",
    "done 2",
    "! blocked 1",
  ]);
  expect(text).toContain("▎a-very-long-name-of-an-agent, 2 h ago");
});

test("board draws with ASCII alone where the locale has no more", async () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": pageText("planned", LONG),
      "tasks/WP02.md": pageText("planned", "Second"),
      "status.events.jsonl": lineAt(1, { actor: "bob" }) + lineAt(2, { wp_id: "WP02", to_lane: "done" }),
    },
  });
  expect(await drawn(project, { width_columns: 40, unicode: false })).toBe(
    lines(
      SLUG,
      `kitty-specs/${SLUG}/status.e...`,
      "#####=====  1/2 finished, 1 active",
      "",
      "claimed 1            done 1",
      "-------------------  -------------------",
      "| WP01               | WP02 Second",
      "| Write the body of",
      "| a very long ti...",
      "| bob, 2 h ago",
      "",
      "empty: planned, in_progress, for_review,",
      "blocked, canceled",
    ),
  );
});

test("board is no wider than the terminal, with colour or without, and says the same", async () => {
  using project = busyProject();
  project.write("tasks/WP08.md", pageText("planned", "🎉".repeat(200)));
  project.write("tasks/WP09.md", pageText("planned", "x".repeat(10_000)));
  for (const all of [false, true]) {
    for (let width_columns = 20; width_columns <= 220; width_columns += 7) {
      for (const unicode of [true, false]) {
        const plain = await drawn(project, { width_columns, unicode }, all);
        const colored = await drawn(project, { width_columns, unicode, color: true }, all);
        expect({ width_columns, widest: widestLine(plain) <= width_columns ? true : plain }).toEqual({
          width_columns,
          widest: true,
        });
        expect(Bun.stripANSI(colored)).toBe(plain);
      }
    }
  }
});

test("board paints each lane in its own colour", async () => {
  using project = busyProject();
  const text = await drawn(project, { width_columns: 80, color: true });
  expect(text).toContain(
    "\u001b[32m██████\u001b[0m\u001b[35m▓▓▓\u001b[0m\u001b[36m▒▒▒\u001b[0m\u001b[31m╳╳╳",
  );
  expect(text).toContain("\u001b[33mforced\u001b[0m");
});

test("board of a feature without work packages says how to make one", async () => {
  using project = makeProject({ files: { "meta.json": "{}" } });
  expect(await drawn(project, { width_columns: 80 })).toBe(
    lines(
      `${SLUG}  no log yet`,
      "····················  0/0 finished",
      "",
      'No work packages yet: lane add "<title>" makes the first one.',
    ),
  );
});

test("board --all has a line for each feature, and one that is broken hides no other", async () => {
  using project = manyFeatures();
  expect(await drawn(project, { width_columns: 80 }, true)).toBe(
    lines(
      "034-test-feature  ███▓▓▒╳░░░  2/7  2 h ago  WP02 a-very-long-name-of-an-agent, …",
      "035-empty         ··········  0/0  -        no work packages yet",
      "036-漢字          !                         LOG_CORRUPT",
      "037-done          ██████████  1/1  2 h ago  all finished",
      "038-open          ██████████  0/1  -        not begun".replace("██████████", "░░░░░░░░░░"),
    ),
  );
  expect(await drawn(project, { width_columns: 40, unicode: false }, true)).toBe(
    lines(
      "034-test-...  ##+=!.  2/7  WP02 a-ver...",
      "035-empty     ......  0/0  no work pa...",
      "036-漢字      !            LOG_CORRUPT",
      "037-done      ######  1/1  all finished",
      "038-open      ......  0/1  not begun",
    ),
  );
});

test("board --all of a project without features says how to make one", async () => {
  using project = makeProject({ config: "status:\n  features_folder: features\n" });
  mkdirSync(join(project.root, "features"));
  expect(await drawn(project, {}, true)).toBe(
    "No features yet: lane new 001-my-feature makes the first one.",
  );
});

test("board shows hostile texts and drives no terminal", async () => {
  using project = makeProject({
    files: {
      "tasks/WP01.md": `---\ntitle: ${JSON.stringify(HOSTILE)}\n---\n`,
      "tasks/WP02.md": `---\ntitle: ${JSON.stringify(HOSTILE.repeat(400))}\n---\n`,
      "status.events.jsonl":
        lineAt(1, { actor: HOSTILE }) + lineAt(2, { wp_id: "WP02", actor: HOSTILE.repeat(400) }),
    },
  });
  for (const width_columns of [40, 80, 200]) {
    for (const all of [false, true]) {
      const text = await drawn(project, { width_columns }, all);
      expect(text).not.toMatch(RAW);
      expect(text).toContain("\\u001b]");
      expect(widestLine(text)).toBeLessThanOrEqual(width_columns);
    }
  }
});

async function drawn(project: TemporaryProject, look: Look = {}, all = false): Promise<string> {
  return await rendered(project, (call) => board({ all }, call), look);
}

function lines(...texts: string[]): string {
  return texts.join("\n");
}

function busyProject(): TemporaryProject {
  const moved = (minute: number, wp_id: string, to_lane: string, actor = "claude") =>
    lineAt(minute, { wp_id, to_lane, actor });
  return makeProject({
    files: {
      "tasks/WP01.md": pageText("planned", "Read the header"),
      "tasks/WP02.md": pageText("planned", "漢字の標題とても長いタイトルをここに書く"),
      "tasks/WP03.md": pageText("planned", LONG),
      "tasks/WP04.md": pageText("planned", "Fourth"),
      "tasks/WP05.md": pageText("planned", "Fifth 🎉 party"),
      "tasks/WP06.md": pageText("planned", "Sixth"),
      "tasks/WP07.md": pageText("planned", "Seventh"),
      "status.events.jsonl": [
        moved(1, "WP01", "done", "ana"),
        moved(2, "WP02", "in_progress", "a-very-long-name-of-an-agent"),
        moved(3, "WP03", "blocked", "bob"),
        moved(4, "WP05", "for_review"),
        lineAt(5, { wp_id: "WP06", to_lane: "done", force: true, reason: "hurry" }),
      ].join(""),
    },
  });
}

function manyFeatures(): TemporaryProject {
  const project = busyProject();
  const log = (slug: string, text: string | undefined, page?: string) => {
    const folder = join(project.root, "kitty-specs", slug);
    mkdirSync(join(folder, "tasks"), { recursive: true });
    if (text !== undefined) writeFileSync(join(folder, "status.events.jsonl"), text);
    if (page !== undefined) writeFileSync(join(folder, "tasks", "WP01.md"), page);
  };
  log("035-empty", undefined);
  log("036-漢字", "{\n");
  log("037-done", lineAt(9, { to_lane: "done" }));
  log("038-open", undefined, pageText("planned"));
  return project;
}
