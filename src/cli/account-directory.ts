import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import type { Context } from './context.ts';

/**
 * The GPG keys that accounts at GitHub list, asked for as whoever is logged in there, or as anybody. Whoever can log
 * in to an account can change its list.
 */
export const accountDirectory = (context: Context): CertificateDirectory => ({
  name: 'github',
  find: async (account) => {
    const { openGitHub } = await import('./github.ts');
    const github = await openGitHub(context);
    const keys = await github.find(`list the GPG keys of ${account}`, (rest) =>
      rest.users.listGpgKeysForUser({ username: account, per_page: 100 }),
    );
    return (keys ?? []).flatMap(({ raw_key: armored }) => (armored === null ? [] : [Buffer.from(armored)]));
  },
});
