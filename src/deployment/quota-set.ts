import { UNLIMITED } from '../quotas/index.js';
import type { Quotas, Usage } from './limits.js';

const TRUE = new Set(['1', 't', 'true', 'on', 'y', 'yes']);

/** Whether a text asks for the usage; every other text means no, as in Cinder. */
export function wantsUsage(text: string | undefined): boolean {
  return text !== undefined && TRUE.has(text.trim().toLowerCase());
}

/**
 * The quotas of a project as Cinder shows them, with what is used of each if that is wanted; and that of attachments, which
 * is our own, where there is one.
 */
export function quotaSetView(projectId: string, quotas: Quotas, usage: Usage | null): object {
  const rows: readonly (readonly [name: string, limit: number, used: number, reserved: number])[] = [
    ['volumes', quotas.volumes, usage?.volumes ?? 0, 0],
    ['per_volume_gigabytes', UNLIMITED, 0, 0],
    ['snapshots', UNLIMITED, 0, 0],
    ['gigabytes', quotas.gigabytes, usage?.gigabytes ?? 0, usage?.reservedGigabytes ?? 0],
    ['backups', UNLIMITED, 0, 0],
    ['backup_gigabytes', UNLIMITED, 0, 0],
    ['groups', UNLIMITED, 0, 0],
    ['attachments', quotas.attachments, usage?.attachments ?? 0, 0],
  ];
  const shown: Record<string, unknown> = { id: projectId };
  for (const [name, limit, used, reserved] of rows) {
    if (name === 'attachments' && limit === UNLIMITED) continue;
    shown[name] = usage === null ? limit : { limit, in_use: used, reserved };
  }
  return { quota_set: shown };
}
