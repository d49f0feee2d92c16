/** What people can call a workflow, and another word for a lane. */

/** Longer names leave no room for what is said of them. */
export const LONGEST_NAME = 40;

/** What a workflow, and another word for a lane, can be called: it is shown on terminals and stands in guides. */
export const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u;

/** What is said of a name that is none. */
export const NAME_RULE = `expected a name: letters, digits, blanks, dots, dashes and underscores, at most ${LONGEST_NAME}, beginning with a letter or digit`;

/** Whether a name is on one line and drives no terminal. */
export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && name.length <= LONGEST_NAME;
}
