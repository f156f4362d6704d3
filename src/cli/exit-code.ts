import type { FaultKind } from '../core/fault.ts';
import type { Conclusion } from '../core/report/report.ts';

/** What every verb's exit status means; `help exit-codes` shows this table. */
export const exitCodes = {
  done: 0,
  rejected: 1,
  usage: 2,
  undetermined: 3,
  credentials: 4,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitMeanings: Record<keyof typeof exitCodes, string> = {
  done: 'verified, or done',
  rejected: 'rejected: something that is required does not hold',
  usage: 'usage or configuration: nothing was judged',
  undetermined:
    'undetermined: something that is required could not be shown, or a program, disk or network failed',
  credentials: 'credentials: a signing key, passphrase or token is needed',
  internal: 'internal: a bug in opam-signet; please report it',
  interrupted: 'interrupted',
};

export function exitCodeOf(conclusion: Conclusion): ExitCode {
  switch (conclusion) {
    case 'verified':
      return exitCodes.done;
    case 'rejected':
      return exitCodes.rejected;
    case 'undetermined':
      return exitCodes.undetermined;
    default:
      return conclusion satisfies never;
  }
}

export const exitCodeOfFault: Record<FaultKind, ExitCode> = {
  usage: exitCodes.usage,
  credentials: exitCodes.credentials,
  incomplete: exitCodes.undetermined,
  world: exitCodes.undetermined,
};
