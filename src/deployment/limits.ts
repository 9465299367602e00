/** What a project uses. */
export interface Usage {
  readonly volumes: number;
  readonly gigabytes: number;
}

/** How Cinder says that there is no limit. */
const UNLIMITED = -1;

/** The limits and what is used of them. There are no quotas yet, and no snapshots or backups. */
export function limitsView({ volumes, gigabytes }: Usage): object {
  return {
    limits: {
      rate: [],
      absolute: {
        maxTotalVolumes: UNLIMITED,
        maxTotalVolumeGigabytes: UNLIMITED,
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
