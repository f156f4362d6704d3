import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, type ProcessAnswer, run } from '../../adapters/process.ts';
import { Fault } from '../../core/fault.ts';
import type { Conclusion } from '../../core/report/report.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { packageFile } from '../package-files.ts';

/** One thing that the demo showed, and whether it came out as it must. */
export interface Proof {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly held: boolean;
}

/** What a verb has to answer for the demo to go on. */
export interface Expectation {
  readonly what: string;
  readonly conclusion: Conclusion;
  /** A finding that must be among the errors. */
  readonly code?: string;
}

const program = fileURLToPath(packageFile('bin/opam-signet.js'));

const conclusionCodes: Record<Conclusion, ExitCode> = {
  verified: exitCodes.done,
  rejected: exitCodes.rejected,
  undetermined: exitCodes.undetermined,
};

/**
 * Where the demo plays: a temporary folder in which opam-signet and git are run as a user would run them, each in a
 * process of its own, with nothing of the user's settings or keys in reach.
 */
export class Stage {
  readonly folder: string;
  readonly proofs: Proof[] = [];
  readonly #servers: Server[] = [];
  readonly #context: Context;
  readonly #environment: Environment;

  constructor(folder: string, context: Context) {
    this.folder = folder;
    this.#context = context;
    this.#environment = {
      PATH: [dirname(process.execPath), context.environment['PATH'] ?? ''].join(delimiter),
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_STATE_HOME: join(folder, 'state'),
      GNUPGHOME: join(folder, 'gnupg'),
      GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C.UTF-8',
    };
  }

  /** A path on the stage. */
  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  async write(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    const whole = this.path(path);
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(whole, content, { mode });
  }

  /** Serves a folder of the stage on this machine, as a download server would, and returns its address. */
  async serve(folder: string): Promise<string> {
    const server = createServer((request, response) => {
      readFile(this.path(folder, basename(request.url ?? ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Ends what was started. */
  close(): void {
    for (const server of this.#servers) server.close();
  }

  /** Tells the audience what comes next. */
  act(title: string): void {
    this.#context.tell(`\n${this.#context.errorStyle.paint.bold(title)}\n`);
  }

  /** Runs git in a folder of the stage and returns its output; what it must not do is fail. */
  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const answer = await run('git', args, { env: this.#environment, cwd: this.path(folder) });
    if (answer.status === 0) return Buffer.from(answer.stdout).toString('utf8').trim();
    throw new Fault(
      'git.failed',
      `git ${args.join(' ')} failed: ${answer.stderr.trim()}`,
      'Is git 2.30 or newer installed?',
    );
  }

  /** Runs opam-signet in a folder of the stage; anything but success ends the demo. */
  async signet(folder: string, ...args: readonly string[]): Promise<void> {
    const { status, stderr } = await this.#run(folder, args);
    if (status === exitCodes.done) return;
    throw new Fault(
      'process.failed',
      `opam-signet ${args.join(' ')} ended with ${status}: ${stderr.trim()}`,
      'Please report it.',
    );
  }

  /** Runs a verb that judges, and notes whether it says what it must. */
  async prove(
    { what, conclusion, code }: Expectation,
    folder: string,
    ...args: readonly string[]
  ): Promise<void> {
    const answer = await this.#run(folder, [...args, '--json']);
    const report = readReport(answer);
    const codeHeld = code === undefined || report.codes.includes(code);
    const held =
      report.conclusion === conclusion && answer.status === conclusionCodes[conclusion] && codeHeld;
    const expected = code === undefined ? conclusion : `${conclusion}, ${code}`;
    const found = [report.conclusion, ...new Set(report.codes)].join(', ');
    this.proofs.push({ what, expected, found, held });
    const { paint, symbols } = this.#context.errorStyle;
    const mark = held ? paint.green(symbols ? '✓' : 'ok') : paint.red(symbols ? '✗' : 'FAILED');
    this.#context.tell(`  ${mark} ${found}\n`);
    for (const message of report.messages.slice(0, 1)) this.#context.tell(paint.dim(`    ${message}\n`));
  }

  async #run(folder: string, args: readonly string[]): Promise<ProcessAnswer> {
    this.#context.tell(this.#context.errorStyle.paint.cyan(`  $ opam-signet ${args.map(shown).join(' ')}\n`));
    return run(process.execPath, [program, ...args, '--no-input'], {
      env: this.#environment,
      cwd: this.path(folder),
    });
  }
}

/** An argument as the audience reads it: a whole fingerprint is right to type and hard to read. */
const shown = (argument: string): string =>
  /^[0-9A-F]{40}$/.test(argument)
    ? `${argument.slice(0, 8)}…`
    : argument.includes(' ')
      ? `'${argument}'`
      : argument;

interface ReportRead {
  readonly conclusion: string;
  readonly codes: readonly string[];
  readonly messages: readonly string[];
}

/** The parts of a JSON report that the demo looks at. Whatever is no report concludes nothing. */
function readReport({ stdout, stderr }: ProcessAnswer): ReportRead {
  const document: unknown = parseJson(Buffer.from(stdout).toString('utf8'));
  if (!isRecord(document) || typeof document['conclusion'] !== 'string') {
    return { conclusion: `no report (${stderr.trim()})`, codes: [], messages: [] };
  }
  const findings = Array.isArray(document['findings']) ? document['findings'].filter(isRecord) : [];
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    conclusion: document['conclusion'],
    codes: errors.map(({ code }) => String(code)),
    messages: errors.map(({ message }) => String(message)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
