/** One `Signet-` trailer: `Signet-Kind: submission` is key `Signet-Kind`, value `submission`. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

export interface Trailers {
  readonly trailers: readonly Trailer[];
  /** Sentences on what makes the trailers unclear to this or another program. */
  readonly problems: readonly string[];
}

/** Bounds the work that a message can cause; the largest pull request of opam-repository touched 431 files. */
const maximum = { message: 4 * 1024 * 1024, line: 4096, trailers: 10_000, problems: 20 };

/**
 * Finds the `Signet-` trailers of a commit or tag message, which stand in its last paragraph, as
 * git-interpret-trailers(1) has it. Stricter than git: where git guesses, folds lines or ignores, that is a problem.
 */
export function readTrailers(message: string): Trailers {
  if (message.length > maximum.message) {
    return { trailers: [], problems: ['The message is too long to look for trailers in it.'] };
  }
  const padded = message.split('\n');
  if (!padded.some(resemblesTrailer)) return { trailers: [], problems: [] };
  const lines = padded.slice(0, padded.findLastIndex((line) => !isBlank(line)) + 1);
  const start = lines.findLastIndex(isBlank) + 1;
  const outside = lines.slice(0, start);
  const block = lines.slice(start);
  const problems = [...problemsOutside(outside), ...problemsInside(block)].slice(0, maximum.problems);
  return { trailers: block.flatMap((line) => readTrailer(line) ?? []).slice(0, maximum.trailers), problems };
}

const isBlank = (line: string): boolean => /^[ \t\r]*$/.test(line);

/** Any spelling that a person or a lenient program would take for one of ours. */
const resemblesTrailer = (line: string): boolean => /^\s*signet-[\w-]*\s*:/i.test(line);

function readTrailer(line: string): Trailer | undefined {
  if (line.length > maximum.line) return undefined;
  const [, key, value] = /^(Signet-[A-Za-z]+): ([\x21-\x7e]+(?: [\x21-\x7e]+)*)$/.exec(line) ?? [];
  return key === undefined || value === undefined ? undefined : { key, value };
}

function problemsOutside(lines: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (lines.every(isBlank))
    problems.push('The trailers are the first paragraph: put a subject and an empty line before them.');
  const stray = lines.find(resemblesTrailer);
  if (stray !== undefined)
    problems.push(`${show(stray)} stands outside the last paragraph, where trailers belong.`);
  if (lines.some((line) => /^---(?:\s|$)/.test(line))) {
    problems.push(
      'A line "---" stands before the trailers: git takes the message to end there. Take that line out.',
    );
  }
  return problems;
}

function problemsInside(lines: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (lines.length > maximum.trailers) problems.push(`There are more than ${maximum.trailers} trailers.`);
  for (const line of lines.slice(0, maximum.trailers)) {
    if (readTrailer(line) !== undefined) continue;
    if (resemblesTrailer(line))
      problems.push(`${show(line)} is not written as "Signet-Key: value" in printable ASCII on one line.`);
    else if (!/^[A-Za-z0-9-]+: \S/.test(line))
      problems.push(`${show(line)} stands among the trailers and is none.`);
  }
  return problems;
}

/** The start of a line for a message: printable ASCII, in quotes. */
function show(line: string): string {
  return JSON.stringify(line.slice(0, 100).replace(/[^\x20-\x7e]/g, '?'));
}
