/** `npm run bench -- NAME [ARG…]`: runs one compiled benchmark. */
const [name, ...args] = process.argv.slice(2);
if (name === undefined)
  throw new Error('Usage: npm run bench -- NAME [ARG…]; the names are the files of bench/.');
process.argv = [process.execPath, name, ...args];
await import(`../dist-bench/bench/${name}.js`);
