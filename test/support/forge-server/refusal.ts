/** An answer other than success, as GitHub words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** What GitHub says of a value that it does not take (422). */
export const invalid = (resource: string, message: string, code = 'custom'): Refusal =>
  new Refusal(422, 'Validation Failed', { errors: [{ resource, code, message }] });
