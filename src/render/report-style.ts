/** The style sheet of a report page: light and dark, narrow and wide, and on paper. */
export const reportStyle = `
:root {
  --page: #fff; --panel: #f5f6f8; --line: #d7dbe0; --text: #1b1f24; --dim: #59636e;
  --green: #0a6e31; --green-soft: #e3f5e8; --red: #b3261e; --red-soft: #fdebea;
  --yellow: #7d5700; --yellow-soft: #fdf3d8; --cyan: #0b6477; --cyan-soft: #e2f4f8;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --panel: #1d2127; --line: #353c45; --text: #e4e7eb; --dim: #9aa4b0;
    --green: #5fd38a; --green-soft: #14301f; --red: #ff8f86; --red-soft: #3a1a19;
    --yellow: #efc04d; --yellow-soft: #33290f; --cyan: #6bd0e4; --cyan-soft: #11303a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 62rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
code { font: 0.875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.125rem; }
p { margin: 0.25rem 0; }
ul { margin: 0; padding: 0; list-style: none; }
.green { --ink: var(--green); --soft: var(--green-soft); }
.red { --ink: var(--red); --soft: var(--red-soft); }
.yellow { --ink: var(--yellow); --soft: var(--yellow-soft); }
.cyan { --ink: var(--cyan); --soft: var(--cyan-soft); }
.verdict { padding: 1.25rem 1.5rem; border-radius: 0.5rem; border-left: 0.375rem solid var(--ink); background: var(--soft); }
.verdict h1 { color: var(--ink); }
.verdict .subject { margin-top: 0.75rem; }
.dim { color: var(--dim); }
.small { font-size: 0.875rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.25rem; margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
.claim { display: grid; grid-template-columns: 1.75rem minmax(0, 1fr); overflow-wrap: anywhere; padding: 0.625rem 0; border-top: 1px solid var(--line); }
.claim:last-child { border-bottom: 1px solid var(--line); }
.claim .mark { margin-top: 0.25rem; color: var(--ink); font-weight: 700; }
.claim .status { color: var(--ink); font-weight: 600; }
.evidence { color: var(--dim); font-size: 0.875rem; overflow-wrap: anywhere; }
.finding { margin: 0 0 0.75rem; padding: 0.75rem 1rem; border: 1px solid var(--line); border-left: 0.25rem solid var(--ink); border-radius: 0.375rem; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0 0.5rem; border-radius: 1rem; background: var(--soft); color: var(--ink); font-size: 0.8125rem; font-weight: 600; }
.mend { margin-top: 0.5rem; }
.mend b { color: var(--green); }
details { margin-top: 0.75rem; }
summary { cursor: pointer; }
details .finding:first-of-type { margin-top: 0.75rem; }
.path { overflow-wrap: anywhere; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.path:last-child { border-bottom: 1px solid var(--line); }
.path .who { color: var(--ink); font-weight: 600; }
footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) {
  body { padding: 0.75rem 0.75rem 2rem; }
  .verdict { padding: 1rem; }
  h1 { font-size: 1.375rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
@media (min-width: 48rem) {
  .path { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; }
}
@media print {
  body { max-width: none; padding: 0; }
  .finding, .claim, .path { break-inside: avoid; }
}
`;
