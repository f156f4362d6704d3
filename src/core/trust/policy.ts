/** What a contributor may do (trust model, section 1). In the order in which the keyring file lists them. */
export const roles = ['admin', 'maintainer', 'contributor'] as const;

export type Role = (typeof roles)[number];

/** The fields of `[policy]`, in the order in which the keyring file has them. */
export const policyFields = ['new-packages', 'unsigned', 'merges', 'source-tag', 'sha1-bindings'] as const;

export type PolicyField = (typeof policyFields)[number];

/** What each field may say, the weakest first (trust model, section 3). The order decides what counts as lowering. */
export const policySettings = {
  'new-packages': ['claim', 'maintainer'],
  unsigned: ['allow', 'warn', 'refuse'],
  merges: ['any', 'maintainer'],
  'source-tag': ['report', 'require'],
  'sha1-bindings': ['note', 'refuse'],
} as const satisfies Record<PolicyField, readonly string[]>;

/** The policy of a keyring file: one setting for every field, none left to a default. */
export type Policy = { readonly [Field in PolicyField]: (typeof policySettings)[Field][number] };

/** How strict a setting is: its place in {@link policySettings}. */
export function strictness(field: PolicyField, policy: Policy): number {
  const settings: readonly string[] = policySettings[field];
  return settings.indexOf(policy[field]);
}
