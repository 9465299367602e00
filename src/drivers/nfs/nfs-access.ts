import type { Connection, Connector } from '../contract/index.js';

/** The exported folder of a volume. */
export interface ExportedFolder {
  readonly volumeId: string;
  readonly folder: string;
  readonly file: string;
}

/** Access control of exported volumes. */
export interface NfsAccess {
  /** @throws INVALID_CONNECTOR */
  check(connector: Connector): void;
  /** Fails early if hosts cannot be admitted at all. */
  ready(signal: AbortSignal): Promise<void>;
  /** Admits exactly the hosts of these connections. */
  allowOnly(target: ExportedFolder, connections: readonly Connection[], signal: AbortSignal): Promise<void>;
  /** Admits the connection's host in the widest mode that its connections request. Other hosts keep their access. */
  allow(
    target: ExportedFolder,
    connection: Connection,
    others: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes the host's access, or limits it to what its remaining connections request. */
  withdraw(
    target: ExportedFolder,
    connection: Connection,
    remaining: readonly Connection[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes all access records of a deleted volume. */
  forget(target: ExportedFolder): Promise<void>;
  /** Returns the hosts admitted to a folder; null if unknown. */
  admittedTo(target: ExportedFolder, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Returns the admitted hosts by folder; null if unknown. */
  admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | null>;
}

/** Access control that can confirm that a host's access has ended. */
export interface FencingAccess extends NfsAccess {
  /** Removes everything with which the server would admit hosts after a restart. */
  forgetAll(): Promise<void>;
  /** @throws FAILED_PRECONDITION when the connection's host can still reach the volume. */
  confirmCutOff(target: ExportedFolder, connection: Connection, signal: AbortSignal): Promise<void>;
}

const done = () => Promise.resolve();

/** No access control: the share's server decides. */
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
