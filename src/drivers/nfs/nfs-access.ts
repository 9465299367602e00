import type { Connection, Connector } from '../contract/index.js';

/** An exported folder, by volume. */
export interface ExportedFolder {
  readonly volumeId: string;
  readonly folder: string;
  readonly file: string;
}

/** Who may reach an exported volume. */
export interface NfsAccess {
  /** @throws INVALID_CONNECTOR */
  check(connector: Connector): void;
  /** Says early when hosts cannot be admitted at all. */
  ready(signal: AbortSignal): Promise<void>;
  /** Leaves access to the hosts of these connections and nobody else. */
  allowOnly(target: ExportedFolder, connections: readonly Connection[], signal: AbortSignal): Promise<void>;
  /** Gives the connection's host the widest mode that its connections ask for; leaves the others alone. */
  allow(
    target: ExportedFolder,
    connection: Connection,
    others: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes the host's access, or narrows it to what its remaining connections ask for. */
  withdraw(
    target: ExportedFolder,
    connection: Connection,
    remaining: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void>;
  /** The volume is gone for good: whatever is kept about its access goes too. */
  forget(target: ExportedFolder): Promise<void>;
  /** The hosts that are admitted to one folder; null when nobody can know. */
  admittedTo(target: ExportedFolder, signal: AbortSignal): Promise<readonly string[] | null>;
  /** The admitted hosts by folder; null when nobody can know. */
  admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | null>;
}

/** Access that can be seen to have ended. */
export interface FencingAccess extends NfsAccess {
  /** @throws FAILED_PRECONDITION when the connection's host can reach the volume still. */
  confirmCutOff(target: ExportedFolder, connection: Connection, signal: AbortSignal): Promise<void>;
}

const done = () => Promise.resolve();

/** Access is what the owner of the share's server allows. */
export const openAccess: NfsAccess = {
  check: () => undefined,
  ready: done,
  allowOnly: done,
  allow: done,
  withdraw: done,
  forget: done,
  admittedTo: () => Promise.resolve(null),
  admitted: () => Promise.resolve(null),
};
