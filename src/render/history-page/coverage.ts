import type { Chronicle, MonthCounts } from '../../core/report/chronicle.ts';
import { type Html, markup } from '../page.ts';

/** Coverage month by month: the page's script draws the shares, and the table has the same figures for everybody. */
export function coverageSection({ months }: Chronicle): Html {
  const total = (name: keyof MonthCounts): number => months.reduce((sum, month) => sum + month[name], 0);
  const paths = total('signed') + total('unsigned') + total('none');
  const commits = total('good') + total('other') + total('absent');
  return markup`<section id="coverage" aria-labelledby="coverage-title"><h2 id="coverage-title">Coverage</h2>
<div class="figures">
<figure><figcaption><b>${percentage(total('signed'), paths)} of the changed paths</b> are signed by somebody with authority over them.</figcaption>
<div class="chart live" id="coverage-changes"></div>
<ul class="legend"><li><span class="dot signed"></span>signed</li><li><span class="dot unsigned"></span>unsigned, nobody owns it</li><li><span class="dot none"></span>nobody who may</li></ul></figure>
<figure><figcaption><b>${percentage(total('good'), commits)} of the commits</b> bear a good signature by a known key.</figcaption>
<div class="chart live" id="coverage-signatures"></div>
<ul class="legend"><li><span class="dot good"></span>good</li><li><span class="dot other"></span>another verdict</li><li><span class="dot open"></span>absent</li></ul></figure>
</div>
<details class="months"><summary>The same as a table</summary>
<div class="wide"><table><thead><tr><th scope="col">Month</th><th scope="col">Paths signed</th><th scope="col">Unsigned</th><th scope="col">By nobody who may</th><th scope="col">Signatures good</th><th scope="col">Other verdict</th><th scope="col">Absent</th></tr></thead>
<tbody>
${months.map(monthRow)}</tbody></table></div></details>
</section>`;
}

/** Never rounded up to all, nor down to nothing. */
function percentage(part: number, all: number): string {
  if (all === 0) return 'None';
  const share = (100 * part) / all;
  const rounded = Math.round(share * 10) / 10;
  if (part > 0 && rounded === 0) return 'Under 0.1%';
  return part < all && rounded === 100 ? 'Over 99.9%' : `${rounded}%`;
}

function monthRow({ month, signed, unsigned, none, good, other, absent }: MonthCounts): Html {
  const name = `${1970 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  const cells = [signed, unsigned, none, good, other, absent];
  return markup`<tr><th scope="row">${name}</th>${cells.map((count) => markup`<td>${count.toLocaleString('en')}</td>`)}</tr>
`;
}
