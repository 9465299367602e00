/** A backend's driver cannot be used. The message tells the operator which backend, what is wrong, and how to fix it. */
export class DriverLoadError extends Error {
  override readonly name = 'DriverLoadError';

  constructor(backend: string, driver: string, problem: string, options?: ErrorOptions) {
    super(`Backend "${backend}", driver "${driver}": ${problem}`, options);
  }
}
