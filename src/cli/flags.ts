import { Command, Option } from '@commander-js/extra-typings';
import { type CommonOptions, type Context, type Format, formats } from './context.ts';
import type { ExitCode } from './exit-code.ts';

/** Carries out one verb: makes its context, runs it, keeps the exit code. */
export type Dispatch = (
  verb: string,
  options: CommonOptions,
  run: (context: Context) => Promise<ExitCode>,
) => Promise<void>;

/** A verb with the flags that all verbs have. */
export const verb = (name: string, description: string) => formatted(name, description, ['text', 'json']);

/** A verb whose result is a report, which can be written in every format. */
export const reporting = (name: string, description: string) => formatted(name, description, formats);

function formatted<const F extends Format>(name: string, description: string, choices: readonly F[]) {
  return new Command(name)
    .description(description)
    .exitOverride()
    .option('-C, --directory <dir>', 'work in this folder', '.')
    .addOption(
      new Option('--format <format>', 'how the result is written').choices(choices).default('text' as const),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .option('-o, --output <file>', 'write the result to a file')
    .option('--color', 'colour the output even where it is not a terminal')
    .option('--no-color', 'no colours')
    .option('--no-input', 'never ask: say which answers are missing')
    .option('-y, --yes', 'answer the last question with yes', false)
    .option('--debug', 'tell more where something fails', false);
}

/** A verb that judges, with the flags that say whom to trust (docs/cli). */
export const trusting = (name: string, description: string) => trustingIn(name, description, formats);

function trustingIn<const F extends Format>(name: string, description: string, choices: readonly F[]) {
  return formatted(name, description, choices)
    .option('--anchor <name>', 'a trust anchor stored by trust add')
    .option('--quorum <n>', 'how many of the fingerprints must have signed the first keyring')
    .option('--fingerprint <fpr>', 'the fingerprint of an admin (repeat it)', several)
    .option(
      '--keyring <path>',
      'one keyring at every position: a keyring folder, or certificates of known signers',
    )
    .option('--from <commit>', 'the commit where signed history begins')
    .option('--no-cache', 'neither use nor keep what earlier runs found out')
    .addOption(storeOption());
}

/** A verb about one pull request, which is judged first. */
export const reviewing = <const F extends Format>(name: string, description: string, choices: readonly F[]) =>
  judgingPulls(name, description, choices).argument('<pr>', pullRequestWords);

/** What names a pull request. */
export const pullRequestWords = 'its number or address, BASE..HEAD, or the name of a tag on its head';

/** A verb about pull requests, with the flags that say how they are judged. */
export function judgingPulls<const F extends Format>(
  name: string,
  description: string,
  choices: readonly F[],
) {
  return trustingIn(name, description, choices)
    .option('--base <ref>', 'the branch that a submission tag is for', 'HEAD')
    .option('--offline', 'fetch neither source tags nor archives: what needs them stays unproven', false)
    .option('--local-sources', 'let a submission name plain http and files of this machine', false)
    .option('--remote <remote>', "the package repository's remote: a name or an address");
}

/** The flags of verbs that sign. */
export const keyFlags = {
  key: ['--key <fpr>', 'the key to sign with (default: as git signs)'],
  keyFile: ['--key-file <file>', 'an armored secret key to sign with; OPAM_SIGNET_PASSPHRASE opens it'],
} as const;

/** Whether git or the embedded library reads the repository. */
export const storeOption = () =>
  new Option('--store <kind>', 'how objects are read')
    .choices(['auto', 'git', 'embedded'] as const)
    .default('auto' as const);

/** The flags that all verbs have, out of all that one has. */
export function common(
  options: Omit<CommonOptions, 'output' | 'color'> & Partial<Pick<CommonOptions, 'output' | 'color'>>,
): CommonOptions {
  const { directory, format, output, color, input, yes, debug } = options;
  return { directory, format, output, color, input, yes, debug };
}

/** Collects a flag that may be given many times. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** What `help VERB` ends with. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
