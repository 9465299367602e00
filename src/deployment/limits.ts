import { UNLIMITED } from '../quotas/index.js';

/** What a project uses. */
export interface Usage {
  readonly volumes: number;
  readonly gigabytes: number;
  /** What volumes that are being extended will have more. */
  readonly reservedGigabytes: number;
  readonly attachments: number;
}

/** What a project may use; -1 is no limit. */
export interface Quotas {
  readonly volumes: number;
  readonly gigabytes: number;
  readonly attachments: number;
}

/** The limits and what is used of them. There are no snapshots or backups. */
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
        maxTotalSnapshots: UNLIMITED,
        maxTotalBackups: UNLIMITED,
        maxTotalBackupGigabytes: UNLIMITED,
        totalVolumesUsed: volumes,
        totalGigabytesUsed: gigabytes,
        totalSnapshotsUsed: 0,
        totalBackupsUsed: 0,
        totalBackupGigabytesUsed: 0,
      },
    },
  };
}
