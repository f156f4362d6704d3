/**
 * The first line of a comment that reports what a verb found: hidden where the comment is shown, and how a later run
 * finds the comment again. Anybody can write it, so that it counts only in what we wrote ourselves.
 */
export const commentMarker = (verb: string): string => `<!-- opam-signet ${verb}: written by a machine -->`;
