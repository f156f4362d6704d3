import { standingOf } from '../core/report/chronicle.ts';
import { element } from './elements.ts';
import type { ChangeView } from './history.ts';

/** How a change came to be attributed, in words. */
const ways: Record<ChangeView['kind'], string> = {
  own: "the step's own signature",
  side: 'a commit of the side',
  tag: "a tag on the side's head",
  statement: 'a content statement',
  keyring: 'the update rule of the keyring file',
  unsigned: 'none: nobody has enrolled the package',
  none: 'none that counts',
};

const evidenceNames: Record<NonNullable<ChangeView['evidence']>['kind'], string> = {
  commit: 'commit',
  'submission-tag': 'submission tag',
  'endorsement-tag': 'endorsement tag',
  mergetag: 'mergetag',
};

/** Who signed for a change and with which key; where nobody did, whom the commits name. */
export function signerOf({ kind, evidence }: ChangeView, named: string | undefined): readonly Node[] {
  const standing = standingOf(kind);
  const dot = element('span', { class: `dot ${standing}`, 'aria-hidden': 'true' });
  if (evidence === undefined) {
    const who = kind === 'keyring' ? 'the admins' : 'nobody';
    const names =
      named === undefined || named === ''
        ? []
        : [element('span', { class: 'quiet' }, `the commits name ${named}`)];
    return [dot, element('strong', { class: standing }, who), ...names];
  }
  return [
    dot,
    element('strong', { class: standing }, evidence.contributor),
    element('code', {}, evidence.key),
  ];
}

export function evidenceOf({ kind, evidence }: ChangeView): readonly Node[] {
  const way = element('span', {}, ways[kind]);
  if (evidence === undefined) return [way];
  return [
    way,
    element('span', { class: 'quiet' }, evidenceNames[evidence.kind]),
    element('code', {}, evidence.object),
  ];
}
