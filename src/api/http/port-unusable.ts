/** The server cannot listen on the configured address; the message is for the operator. */
export class PortUnusable extends Error {
  override readonly name = 'PortUnusable';

  /** @param settings names of the settings that define the address. */
  constructor(host: string, port: number, cause: NodeJS.ErrnoException, settings = 'host and port') {
    const why = REASONS[cause.code ?? ''] ?? `${cause.message}.`;
    super(`The server cannot listen on ${host}, port ${String(port)} (the settings ${settings}): ${why}`, {
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop it, or set another port.',
  EACCES:
    "the server's account has no permission. Set a port of 1024 or above, or grant CAP_NET_BIND_SERVICE.",
  EADDRNOTAVAIL: 'this machine does not have that address. Set one of its addresses, or 0.0.0.0 for all.',
  ENOTFOUND: 'the host name cannot be resolved. Set an address.',
};
