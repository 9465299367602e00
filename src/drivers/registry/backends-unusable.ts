/** Some backends cannot be used as configured. The message has one line for each. */
export class BackendsUnusable extends Error {
  override readonly name = 'BackendsUnusable';
}
