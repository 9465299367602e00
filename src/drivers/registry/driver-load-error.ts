/** A backend's driver cannot be used. The message is for the operator: which backend, what is wrong, how to mend it. */
export class DriverLoadError extends Error {
  override readonly name = 'DriverLoadError';

  constructor(backend: string, driver: string, problem: string, options?: ErrorOptions) {
    super(`Backend "${backend}", driver "${driver}": ${problem}`, options);
  }
}
