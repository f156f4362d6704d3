import type { Chronicle } from '../../core/report/chronicle.ts';
import type { Seconds } from '../../core/ports.ts';
import type {
  CertificateOverview,
  KeyOverview,
  KeyringOverview,
  PersonOverview,
} from '../../core/trust/keyring-overview.ts';
import { instant } from '../json.ts';
import { type Html, markup } from '../page.ts';

const day: Seconds = 24 * 60 * 60;

/** A key that ends sooner than this is marked; keyring check warns as early. */
const soon: Seconds = 60 * day;

interface KeyRow {
  readonly person: PersonOverview['contributor'];
  readonly certificate: CertificateOverview;
  readonly key: KeyOverview;
}

/** What history has of a key: how many of its changes it signed, and when last. */
interface KeyUse {
  readonly changes: number;
  readonly last: Seconds;
}

/** The keys of everybody in the keyring: the one that ends first at the top, those that sign no more below, the rest folded up. */
export function keysSection({ keyring, people }: KeyringOverview, chronicle: Chronicle, now: Seconds): Html {
  const rows = people.flatMap(({ contributor, certificates }) =>
    certificates.flatMap((certificate) =>
      certificate.keys.map((key) => ({ person: contributor, certificate, key })),
    ),
  );
  const use = keyUse(chronicle);
  const table = (some: readonly KeyRow[]): Html => keyTable(some, use, now);
  const usable = rows.filter(({ key }) => key.standing === 'usable');
  const never = rows.filter(({ key }) => signsNever.has(key.standing));
  const past = rows.filter((row) => !usable.includes(row) && !never.includes(row));
  const ends = ({ key }: KeyRow): number => key.expires ?? Infinity;
  const folded = markup`<details><summary>${never.length} more ${never.length === 1 ? 'key' : 'keys'}, not for signing</summary>
${table(never)}</details>`;
  return markup`<section id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
${aboutKeyring(keyring, now)}
${table([...usable.sort((one, other) => ends(one) - ends(other)), ...past])}
${never.length === 0 ? undefined : folded}
</section>`;
}

/** Keys for encryption and the like: nothing is wrong with them, and nobody waits for their end. */
const signsNever: ReadonlySet<KeyOverview['standing']> = new Set(['not-for-signing', 'unsupported']);

const keyTable = (rows: readonly KeyRow[], use: ReadonlyMap<string, KeyUse>, now: Seconds): Html =>
  markup`<table class="provenance">
<caption class="unseen">Keys with their expiry</caption>
<thead><tr><th scope="col">Whose</th><th scope="col">Key</th><th scope="col">Valid until</th><th scope="col">Signed here</th></tr></thead>
<tbody>
${rows.map((row) => keyRow(row, use.get(row.key.fingerprint), now))}</tbody></table>`;

/** An audit's keyring is no file: it has no dates, and nobody owns anything by it. */
function aboutKeyring(
  { version, digest, expires, threshold, contributors }: KeyringOverview['keyring'],
  now: Seconds,
): Html {
  if (digest === 'none') {
    return markup`<p class="lead">An audit: these ${contributors.size} certificates are known, and nobody has authority by them.</p>`;
  }
  return markup`<p class="lead">Version ${version} of the keyring file, <span class="${urgency(expires, now)}">valid until ${instant(expires).slice(0, 10)} (${distance(expires, now)})</span>. A change of it needs ${threshold} ${threshold === 1 ? 'admin' : 'admins'}.</p>`;
}

function keyRow({ person, certificate, key }: KeyRow, use: KeyUse | undefined, now: Seconds): Html {
  const { fingerprint, algorithm, standing, expires } = key;
  const roles = person.roles.size === 0 ? 'no role' : [...person.roles].join(', ');
  const part = fingerprint === certificate.fingerprint ? 'primary key' : 'subkey';
  const until =
    standing === 'usable'
      ? markup`<span class="${urgency(expires, now)}">${expires === undefined ? 'no end' : `${instant(expires).slice(0, 10)} (${distance(expires, now)})`}</span>`
      : markup`<span class="${signsNever.has(standing) ? 'quiet' : 'bad'}">${standing.replaceAll('-', ' ')}</span>`;
  const signed =
    use === undefined
      ? markup`<span class="quiet">nothing</span>`
      : markup`<span>${use.changes.toLocaleString('en')} ${use.changes === 1 ? 'change' : 'changes'}</span><span class="quiet">last ${instant(use.last).slice(0, 10)}</span>`;
  return markup`<tr><th scope="row"><strong>${person.name}</strong><span class="quiet">${person.id === certificate.fingerprint ? roles : `${person.id}: ${roles}`}</span></th>
<td data-label="Key"><code>${fingerprint}</code><span class="quiet">${algorithm}, ${part}</span></td>
<td data-label="Valid until">${until}</td><td data-label="Signed here">${signed}</td></tr>
`;
}

function urgency(expires: Seconds | undefined, now: Seconds): 'fine' | 'warn' | 'bad' {
  if (expires === undefined || expires - now > soon) return 'fine';
  return expires <= now ? 'bad' : 'warn';
}

/** How far off a moment is, in the unit that people would use. */
function distance(moment: Seconds, now: Seconds): string {
  const days = Math.round(Math.abs(moment - now) / day);
  const long =
    days > 730
      ? `${Math.round(days / 365)} years`
      : days > 90
        ? `${Math.round(days / 30)} months`
        : days === 1
          ? '1 day'
          : `${days} days`;
  return moment > now ? `in ${long}` : `${long} ago`;
}

function keyUse({ changes, evidence, fingerprints, steps }: Chronicle): ReadonlyMap<string, KeyUse> {
  const use = new Map<string, KeyUse>();
  for (const [row, place] of changes.evidence.entries()) {
    const fingerprint = fingerprints[evidence.key[place] ?? -1];
    if (fingerprint === undefined) continue;
    const last = steps.time[changes.step[row] ?? -1] ?? 0;
    use.set(fingerprint, { changes: (use.get(fingerprint)?.changes ?? 0) + 1, last });
  }
  return use;
}
