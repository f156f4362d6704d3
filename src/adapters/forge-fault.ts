import { Fault } from '../core/fault.ts';

/** A forge that is asked, for messages. */
export interface AskedForge {
  /** `GitLab` */
  readonly title: string;
  readonly address: string;
  /** Where the token came from, and what would hold another one; undefined origin: nobody is logged in. */
  readonly token: { readonly origin: string | undefined; readonly variable: string };
}

/** An answer that is a failure; without a status no answer came. */
export interface FailedAnswer {
  readonly status: number | undefined;
  /** The forge's own words, or what kept it from answering. Never anything that the request held. */
  readonly said: string;
}

/** What a failed answer means. `doing` completes "GitLab would not …". */
export function forgeFault({ status, said }: FailedAnswer, doing: string, forge: AskedForge): Fault {
  const { title, address } = forge;
  const words = said.replace(/\.$/, '');
  if (status === undefined) {
    return new Fault(
      'network.failed',
      `${title} could not be reached at ${address} to ${doing}: ${words}.`,
      'Check the network, then run the command again.',
    );
  }
  const sentence = `${title} would not ${doing}: ${words === '' ? `status ${status}` : words}.`;
  if (status === 401 || status === 403) return new Fault('token.refused', sentence, mendToken(forge));
  if (status === 429) {
    return new Fault('forge.rate-limit', sentence, 'Run it again in some minutes.');
  }
  if (status >= 500) return new Fault('network.failed', sentence, 'Run the command again.');
  const mend =
    status === 404
      ? 'Check the names. What is private is found only with a token that may read it.'
      : `Mend what ${title} says, then run the command again.`;
  return new Fault('forge.refused', sentence, mend);
}

/** What is said before anything is sent that takes an account. */
export const tokenMissing = (doing: string, { title, token }: AskedForge): Fault =>
  new Fault(
    'token.missing',
    `Without a token ${title} would not ${doing}.`,
    `Set ${token.variable} to a token that may do it.`,
  );

const mendToken = ({ token: { origin, variable } }: AskedForge): string =>
  origin === undefined
    ? `Set ${variable} to a token that may do it.`
    : `The token came from ${origin}. Set ${variable} to one that may do it.`;
