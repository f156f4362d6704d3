/** Long work was ended by Ctrl-C before it came to a conclusion. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
