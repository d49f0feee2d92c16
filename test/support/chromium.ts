/**
 * A headless Chromium that is driven over its DevTools protocol. Needs the Debian package chromium.
 *
 * @example
 * await using browser = await startChromium();
 * await browser.send("Page.navigate", { url: "about:blank" });
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./project.ts";

/** What the protocol sends of its own accord. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One page of a browser of its own. */
export interface Browser extends AsyncDisposable {
  /** Calls a method of the protocol for the page. */
  readonly send: <T = Readonly<Record<string, unknown>>>(method: string, params?: object) => Promise<T>;
  /** Opens an address, and waits until it is loaded. */
  readonly open: (url: string) => Promise<void>;
  /** The value of an expression in the page. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  /** Everything that happened so far. */
  readonly events: readonly BrowserEvent[];
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Starts a browser with an empty profile and one page. */
export async function startChromium(): Promise<Browser> {
  const profile = makeFolder();
  const child = Bun.spawn(
    [
      "chromium",
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile.path}`, "about:blank"],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  );
  const socket = new WebSocket(await pageAddress(join(profile.path, "DevToolsActivePort"), child));
  const events: BrowserEvent[] = [];
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners = new Set<(event: BrowserEvent) => void>();
  socket.onmessage = ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
    if (reply.method === undefined) return;
    const event = { method: reply.method, params: reply.params ?? {} };
    events.push(event);
    for (const listener of listeners) listener(event);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let last_id = 0;
  const send = async <T>(method: string, params: object = {}): Promise<T> => {
    const id = ++last_id;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result as T;
  };
  const open = async (url: string) => {
    await send("Page.enable");
    const loaded = new Promise<void>((resolve) => {
      const listener = ({ method }: BrowserEvent) => {
        if (method !== "Page.loadEventFired") return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
    });
    await send("Page.navigate", { url });
    await loaded;
  };
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result } = await send<{ result: { value: T } }>("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    return result.value;
  };
  const stop = async () => {
    socket.close();
    child.kill();
    await child.exited;
    profile[Symbol.dispose]();
  };
  return { send, open, evaluate, events, [Symbol.asyncDispose]: stop };
}

/** The browser writes its port into its profile when it listens. */
async function pageAddress(port_file: string, child: Bun.Subprocess): Promise<string> {
  while (!existsSync(port_file) || !readFileSync(port_file, "utf8").includes("\n")) {
    if (child.exitCode !== null) throw new Error(`chromium ended with ${child.exitCode}`);
    await Bun.sleep(20);
  }
  const [port] = readFileSync(port_file, "utf8").split("\n");
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = targets.find(({ type }) => type === "page");
  if (page === undefined) throw new Error("chromium has no page");
  return page.webSocketDebuggerUrl;
}
