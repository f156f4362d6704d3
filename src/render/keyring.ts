import type { FieldChange } from '../core/trust/keyring-difference.ts';
import type {
  CertificateOverview,
  KeyringOverview,
  KeyOverview,
  PersonOverview,
  SignatureOverview,
} from '../core/trust/keyring-overview.ts';
import { policyFields } from '../core/trust/policy.ts';
import { forTerminal } from './escape.ts';
import { instant } from './json.ts';
import type { Style } from './text.ts';

/** What a version changes, one line for each value, marked where anybody gains power by it. */
export function differenceText(changes: readonly FieldChange[], { paint }: Style): string {
  return changes
    .flatMap(({ field, removed, added, widens }) => {
      const gain = widens ? `  ${paint.yellow.bold('gives power')}` : '';
      return [
        ...removed.map((value) => paint.red(`- ${forTerminal(`${field} ${value}`)}`)),
        ...added.map((value) => paint.green(`+ ${forTerminal(`${field} ${value}`)}`)),
      ].map((line) => `${line}${gain}\n`);
    })
    .join('');
}

/** A keyring for people: its dates and rules, everybody with their keys, and who has signed it. */
export function overviewText({ keyring, people, signatures }: KeyringOverview, style: Style): string {
  const { repository, version, previous, created, expires, threshold, policy, digest } = keyring;
  const { paint } = style;
  return [
    paint.bold(`version ${version} of the keyring file of ${forTerminal(repository)}`),
    `  ${digest}`,
    `  follows ${previous}`,
    `  made ${instant(created)}, expires ${instant(expires)}`,
    `  a change needs ${threshold} ${threshold === 1 ? 'admin' : 'admins'}`,
    `  policy: ${policyFields.map((field) => `${field} = ${policy[field]}`).join(', ')}`,
    ...people.flatMap((person) => personLines(person, style)),
    ...[...keyring.packages].map(([name, { owners }]) => `package ${name}: owned by ${owners.join(', ')}`),
    ...keyring.compromised.map(({ fingerprint, reason }) =>
      paint.red(`compromised: ${fingerprint}: ${forTerminal(reason)}`),
    ),
    ...keyring.reattested.map((state) => `attested again: history up to state tag ${state}`),
    ...(signatures.length === 0
      ? [paint.yellow('signed by nobody')]
      : signatures.map((one) => signatureLine(one, style))),
  ]
    .join('\n')
    .concat('\n');
}

function personLines({ contributor, certificates }: PersonOverview, style: Style): readonly string[] {
  const { id, name, github, roles, packages } = contributor;
  const account = github === undefined ? '' : ` (github: ${github})`;
  return [
    `${style.paint.bold(id)}  ${forTerminal(name)}${account}: ${[...roles].join(', ')}`,
    ...(packages.length === 0 ? [] : [`  packages ${packages.join(' ')}`]),
    ...certificates.flatMap((certificate) => certificateLines(certificate, style)),
  ];
}

const certificateLines = (
  { fingerprint, userIds, keys }: CertificateOverview,
  style: Style,
): readonly string[] => [
  `  certificate ${fingerprint}`,
  ...userIds.map((userId) => style.paint.dim(`    ${forTerminal(userId)}`)),
  ...keys.map((key) => keyLine(key, style)),
];

function keyLine({ fingerprint, algorithm, expires, standing }: KeyOverview, { paint }: Style): string {
  const colour = standing === 'usable' ? 'green' : standing === 'not-for-signing' ? 'dim' : 'red';
  const until = expires === undefined ? '' : `, until ${instant(expires)}`;
  return `    key ${fingerprint} ${algorithm}: ${paint[colour](standing)}${until}`;
}

function signatureLine({ contributor, certificate, objection }: SignatureOverview, { paint }: Style): string {
  const who = contributor ?? 'somebody unknown';
  const key = certificate === undefined ? '' : ` with certificate ${certificate}`;
  if (objection === undefined) return `${paint.green('signed')} by ${who}${key}`;
  return `${paint.red('signature that does not count')} by ${who}${key}: ${forTerminal(objection)}`;
}

/** A keyring as JSON. */
export function overviewObject({ keyring, people, signatures }: KeyringOverview): Record<string, unknown> {
  const { repository, version, previous, digest, created, expires, threshold, policy } = keyring;
  return {
    repository,
    version,
    previous,
    digest,
    created: instant(created),
    expires: instant(expires),
    threshold,
    policy,
    contributors: people.map(personObject),
    packages: Object.fromEntries([...keyring.packages].map(([name, { owners }]) => [name, owners])),
    compromised: keyring.compromised.map((one) => ({ ...one, since: instant(one.since) })),
    reattested: keyring.reattested,
    signatures: signatures.map(({ contributor, certificate, objection }) => ({
      contributor: contributor ?? null,
      certificate: certificate ?? null,
      counts: objection === undefined,
      objection: objection ?? null,
    })),
  };
}

const personObject = ({ contributor, certificates }: PersonOverview): Record<string, unknown> => ({
  id: contributor.id,
  name: contributor.name,
  github: contributor.github ?? null,
  roles: [...contributor.roles],
  packages: contributor.packages,
  certificates: certificates.map(({ fingerprint, userIds, keys }) => ({
    fingerprint,
    userIds,
    keys: keys.map((key) => ({
      ...key,
      created: instant(key.created),
      expires: key.expires === undefined ? null : instant(key.expires),
    })),
  })),
});
