/** `lane next`: what can be begun now, and taking the first of it up. */

import type { ReadyData } from "../contract/next.ts";
import { refuse } from "../domain/refusal.ts";
import { claimNext, findReady, type Ready, whyNothing } from "../pipeline/next.ts";
import { listPages } from "../project/pages.ts";
import { readPageFacts } from "../views/page_facts.ts";
import { executionMode } from "./execution_mode.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import { columns, type Style, safe, wrapped } from "./style.ts";
import { outcomeOfMove, placeOf } from "./transition_text.ts";

interface NextArgs {
  readonly claim?: boolean | undefined;
  readonly actor?: string | undefined;
  readonly reason?: string | undefined;
  readonly "execution-mode"?: string | undefined;
  readonly "idempotency-key"?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
}

const OF_CLAIM = ["actor", "reason", "execution-mode", "idempotency-key", "dry-run"] as const;

export async function next(args: NextArgs, invocation: Invocation): Promise<Outcome> {
  if (args.claim) return claim(args, invocation);
  const stray = OF_CLAIM.find((option) => args[option] !== undefined);
  if (stray !== undefined) {
    return refuse("USAGE", `lane next: --${stray} says nothing without --claim`, {
      hint: "add --claim, or leave it out",
    });
  }
  const found = await findReady(invocation, invocation.feature, invocation.lock_timeout_ms);
  if (!found.ok) return found;
  const titles = titlesOf(found.value);
  const ready = found.value.ready.map((wp) => ({ wp, title: titles(wp) }));
  const { waiting, warnings } = found.value;
  const data = { ready, waiting } satisfies ReadyData;
  return { ok: true, data, warnings, text: (style) => describe(ready, found.value, style) };
}

async function claim(args: NextArgs, invocation: Invocation): Promise<Outcome> {
  const mode = executionMode(args["execution-mode"] ?? "worktree");
  if (!mode.ok) return mode;
  const answer = await claimNext({
    ...placeOf(invocation),
    actor: args.actor ?? invocation.env.LANE_ACTOR,
    reason: args.reason,
    execution_mode: mode.value,
    idempotency_key: args["idempotency-key"],
    dry_run: args["dry-run"],
  });
  return outcomeOfMove(answer, invocation);
}

function titlesOf({ state }: Ready): (wp: string) => string {
  const pages = listPages(state.feature);
  return (wp) => {
    const [page] = pages.get(wp) ?? [];
    return page === undefined ? "" : readPageFacts(page).title;
  };
}

function describe(
  ready: readonly { readonly wp: string; readonly title: string }[],
  all: Ready,
  style: Style,
): string {
  const rows = [
    ...ready.map(({ wp, title }) => [style.bold(wp), "ready", safe(title)]),
    ...all.waiting.map((one) => [style.bold(one.wp), style.dim("waits for"), one.for.map(safe).join(", ")]),
  ];
  if (rows.length === 0) return wrapped(`Nothing is ready: ${whyNothing(all).why}.`, "", style);
  return columns(rows, style);
}
