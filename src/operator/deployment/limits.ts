import { NONE } from '../../volumes/quotas/index.js';

/** A project's usage. */
export interface Usage {
  readonly volumes: number;
  readonly gigabytes: number;
  /** Gibibytes that running extensions will add. */
  readonly reservedGigabytes: number;
  readonly attachments: number;
}

/** A project's limits; -1 means unlimited. */
export interface Quotas {
  readonly volumes: number;
  readonly gigabytes: number;
  readonly attachments: number;
}

/** Limits and usage. Snapshots and backups do not exist and cannot be created. */
export function limitsView(
  { volumes, gigabytes }: Pick<Usage, 'volumes' | 'gigabytes'>,
  quotas: Pick<Quotas, 'volumes' | 'gigabytes'>,
): object {
  return {
    limits: {
      rate: [],
      absolute: {
        maxTotalVolumes: quotas.volumes,
        maxTotalVolumeGigabytes: quotas.gigabytes,
        maxTotalSnapshots: NONE,
        maxTotalBackups: NONE,
        maxTotalBackupGigabytes: NONE,
        totalVolumesUsed: volumes,
        totalGigabytesUsed: gigabytes,
        totalSnapshotsUsed: 0,
        totalBackupsUsed: 0,
        totalBackupGigabytesUsed: 0,
      },
    },
  };
}
