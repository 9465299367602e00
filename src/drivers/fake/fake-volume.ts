import type { AccessMode } from '../contract/index.js';

export interface AdmittedHost {
  readonly initiator: string;
  readonly mode: AccessMode;
}

export interface FakeExport {
  readonly targetIqn: string;
  readonly username: string;
  readonly password: string;
  readonly admitted: readonly AdmittedHost[];
}

export interface FakeVolume {
  readonly sizeGib: number;
  readonly export: FakeExport | null;
}

/** An exported volume. */
export interface ExportedVolume {
  readonly volumeId: string;
  readonly export: FakeExport;
}
