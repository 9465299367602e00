/** State of a compute server. */
export interface ServerState {
  /** True while a task runs on it, so that its volumes may be changing. */
  readonly isBusy: boolean;
  /** False while the cell that holds the server is down, so that the compute service knows only part of it. */
  readonly isWhole: boolean;
}

/** A server in a list. */
export interface ListedServer extends ServerState {
  readonly id: string;
  readonly volumeIds: readonly string[];
}

/** A volume used by a server, as the compute service records it. */
export interface ServerVolume {
  readonly volumeId: string;
  /** Null if it was attached without an attachment record. */
  readonly attachmentId: string | null;
}

/**
 * The compute service, called in this server's own name instead of a caller's. Every call throws Unavailable when the
 * compute service does not answer, or refuses.
 */
export abstract class ComputePeer {
  /** True if an endpoint is configured. */
  abstract readonly isConfigured: boolean;

  /** Announces an extended volume to the servers using it. Resolves once it was accepted, or never will be. */
  abstract tellExtended(volumeId: string, serverIds: readonly string[], requestId: string): Promise<void>;

  /** Returns a page of all projects' servers after the given id; empty after the last one. */
  abstract listServers(after: string | null, requestId: string): Promise<readonly ListedServer[]>;

  /** Null when there is no such server. */
  abstract serverState(serverId: string, requestId: string): Promise<ServerState | null>;

  /** Returns the volumes of a server; null when there is no such server. */
  abstract volumesOf(serverId: string, requestId: string): Promise<readonly ServerVolume[] | null>;

  /** Returns whether the compute service has a record of the server as deleted. */
  abstract wasDeleted(serverId: string, requestId: string): Promise<boolean>;
}
