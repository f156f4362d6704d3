/** What `opam lint` says of a file, a line for each finding: `error 23: Missing field 'maintainer'`. */
export interface LintFindings {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}
