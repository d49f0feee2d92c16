/** The sinks of a project: its own and the user's, each with whether it may do anything. */

import { join } from "node:path";
import type { StatusEvent } from "../domain/event.ts";
import { compactJson } from "../domain/json_bytes.ts";
import { visible } from "../domain/text.ts";
import type { Project } from "../project/project.ts";
import type { Sink, Telemetry } from "../project/sinks.ts";
import { placeInClone } from "./places.ts";
import { definitionOf, readTrusted } from "./trust.ts";

/**
 * Whether a sink may do anything: `own` is the user's, `trusted` a repository's that the
 * user trusts as it stands. `untrusted` can be trusted, `never` can't: a repository must
 * not name programs.
 */
export type Standing = "own" | "trusted" | "untrusted" | "never";

/** A sink, and what is known of it before anything is opened. */
export interface KnownSink {
  readonly sink: Sink;
  readonly standing: Standing;
  /** What its receipts are kept under. */
  readonly key: string;
  /** What its back-off is kept under: that of one project among several in a clone. */
  readonly memory_key: string;
  readonly definition: string;
}

/** A user's sink takes the place of a repository's of the same name. */
export function sinksOf(project: Project, user: Telemetry | undefined): readonly KnownSink[] {
  const own = user?.sinks ?? [];
  const committed = (project.config.telemetry?.sinks ?? []).filter(
    ({ name }) => !own.some((one) => one.name === name),
  );
  const trusted = committed.length === 0 ? new Set<string>() : readTrusted();
  const known = (sink: Sink, key: string, standing: (definition: string) => Standing): KnownSink => {
    const definition = definitionOf(sink, project);
    return {
      sink,
      key,
      memory_key: join(placeInClone(project), key),
      definition,
      standing: standing(definition),
    };
  };
  return [
    ...committed.map((sink) =>
      known(sink, keyOf(sink), (definition) => {
        if (sink.kind === "command") return "never";
        return trusted.has(definition) ? "trusted" : "untrusted";
      }),
    ),
    ...own.map((sink) => known(sink, `own.${keyOf(sink)}`, () => "own")),
  ];
}

/** A name and where it leads: what one hub has heard, another of its name has not. No name holds a dot. */
function keyOf(sink: Sink): string {
  const target = sink.kind === "http" ? sink.url : sink.kind === "file" ? sink.path : sink.run;
  const hash = new Bun.CryptoHasher("sha256").update(compactJson([sink.kind, target])).digest("hex");
  return `${sink.name}.${hash.slice(0, 12)}`;
}

export function mayDeliver({ standing }: KnownSink): boolean {
  return standing === "own" || standing === "trusted";
}

/** Whether a sink's filters let an event pass; its scope is another matter. */
export function lets({ lanes, features }: Sink, slug: string, { to_lane }: StatusEvent): boolean {
  return (lanes?.includes(to_lane) ?? true) && (features?.includes(slug) ?? true);
}

/**
 * Where a sink's events go, in a few safe words. A query may hold a secret, and the path of
 * a user's own address is one with many services: neither is told.
 */
export function targetOf({ sink, standing }: Pick<KnownSink, "sink" | "standing">): string {
  if (sink.kind === "file") return visible(sink.path);
  if (sink.kind === "command") return visible(sink.run[0] ?? "");
  const [, host = "", path = ""] = /^(https?:\/\/[^/?]+)([^?]*)/.exec(sink.url) ?? [];
  return visible(standing === "own" && path.length > 1 ? `${host}/…` : host + path);
}
