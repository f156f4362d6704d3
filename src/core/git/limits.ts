/** The most paths that one step may change, and folders that may be read to find them. */
export const maximumChanges = 65_536;

/** The most files and folders that are listed below one folder: some twenty times those of opam-repository. */
export const maximumFiles = 1_048_576;

/** The largest folder that is read: some twenty times the largest of opam-repository, `packages/`. */
export const maximumTreeBytes = 4 * 1024 * 1024;
