/** Tells the world of a transition that is safely in the log. */

/** What became of the telling; `off` where no sink is configured. */
export type TelemetryOutcome = "sent" | "queued" | "off";

/** Offers an event to the configured sinks. There are none yet, so nothing is imported, opened or sent. */
export async function fanOut(): Promise<TelemetryOutcome> {
  return "off";
}
