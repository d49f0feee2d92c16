/** What `init` writes and `uninstall` knows again. */

/** What our lines in a file are called. */
export const LABEL = "lanekeeper";

/** Our settings in a clone's git config. */
export const OUR_SETTINGS = "^merge\\.lanekeeper-(snapshot|page)\\.(name|driver)$";

/** The file of a clone's settings, in git's common directory. */
export const GIT_CONFIG_FILE = "config";

/** A new project's configuration. It names no workflow: a feature's own files may know better. */
export const CONFIG_TEXT = `# lanekeeper's settings for this project.
status:
  # 0: pages are left alone. 1: pages follow the log. 2: the same, and a page that differs is an error.
  phase: 1
`;
