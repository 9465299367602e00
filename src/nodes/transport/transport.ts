/** What a message says: which entry to look at. All else is in the database, so that a forged or late one does no harm. */
export interface Bell {
  /** Id of the journal entry. */
  readonly id: string;
  /** `req-<uuid>` of the client's request, for logs. */
  readonly requestId: string;
  /** Milliseconds that the sender still waits. */
  readonly waitMs: number;
}

/** Messages to volume nodes. Any of them may be lost, late or doubled (docs/adr/0043). */
export interface BellRinger {
  /** Resolves when the node has said that it is done with the entry; otherwise rejects, at the latest after `waitMs`. */
  ring(node: string, bell: Bell): Promise<void>;
  close(): Promise<void>;
}

export interface BellListener {
  close(): Promise<void>;
}

/** Answers a message once the work of its entry is done. */
export type OnBell = (bell: Bell) => Promise<void>;

export interface TransportLog {
  info(message: string): void;
  warn(message: string): void;
}

/** The broker's connection, by the URL's scheme. */
export interface Transport {
  ringer(): BellRinger;
  /** Listens for messages to a node, from when the broker is reached. */
  listen(node: string, onBell: OnBell): BellListener;
}
