/** The receiver that the README shows works, as it stands there. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { makeTelemetry } from "../support/telemetry.ts";

test("the README's receiver hears of a move, by the README's settings", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, receiver = ""] = /```js\n([\s\S]+?)```/.exec(readme) ?? [];
  const [, settings = ""] = /```yaml\n(status:\n {2}telemetry:[\s\S]+?)```/.exec(readme) ?? [];
  const port = freePort();
  using it = await makeTelemetry([]);
  const script = join(it.home, "receiver.mjs");
  // Any port will do, and it says when it can be reached.
  writeFileSync(
    script,
    receiver.replace("8080", String(port)).replace(/\);\n$/, ', () => console.log("ready"));\n'),
  );
  const node = Bun.spawn(["node", script], { stdout: "pipe", stderr: "inherit" });
  try {
    const lines = node.stdout.pipeThrough(new TextDecoderStream()).getReader();
    expect((await lines.read()).value).toBe("ready\n");
    const all_lanes = settings.replace("8080", String(port)).replace("[done, blocked]", "[claimed]");
    writeFileSync(
      join(it.project.root, ".kittify", "config.yaml"),
      all_lanes.replace("timeout_ms: 300", "timeout_ms: 9000"),
    );
    const env = { HUB_TOKEN: "secret" };
    for (const name of ["hub", "tail"]) expect((await it.lane(`sync --trust ${name}`, env)).code).toBe(0);
    expect(await it.move(env)).toMatchObject({ telemetry: "sent", warnings: [] });
    expect((await lines.read()).value).toBe("034-test-feature/WP01 planned -> claimed\n");
  } finally {
    node.kill();
  }
});

function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  if (port === undefined) throw new Error("no port");
  return port;
}
