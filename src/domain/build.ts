/** Which build of lanekeeper this is. */

// The build puts these in; a run from source has none.
declare const LANE_VERSION: string | undefined;
declare const LANE_COMMIT: string | undefined;

export const VERSION = typeof LANE_VERSION === "string" ? LANE_VERSION : "0.0.0-source";
export const COMMIT = typeof LANE_COMMIT === "string" ? LANE_COMMIT : "unknown";
