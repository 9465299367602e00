/** A backend cannot be renamed or forgotten as requested; the message says what to do. */
export class BackendChangeRefused extends Error {
  override readonly name = 'BackendChangeRefused';
}
