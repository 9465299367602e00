import { NONE, UNLIMITED } from '../../volumes/quotas/index.js';
import type { Quotas, Usage } from './limits.js';

const TRUE = new Set(['1', 't', 'true', 'on', 'y', 'yes']);

/** True if the text asks for the usage; as in Cinder, any other text means no. */
export function wantsUsage(text: string | undefined): boolean {
  return text !== undefined && TRUE.has(text.trim().toLowerCase());
}

/**
 * The quotas of a project or class in Cinder's form, with usage if wanted. Adds our own quota of attachments if it is
 * limited.
 */
export function quotaValues(id: string, quotas: Quotas, usage: Usage | null): object {
  const rows: readonly (readonly [name: string, limit: number, used: number, reserved: number])[] = [
    ['volumes', quotas.volumes, usage?.volumes ?? 0, 0],
    ['per_volume_gigabytes', UNLIMITED, 0, 0],
    ['snapshots', NONE, 0, 0],
    ['gigabytes', quotas.gigabytes, usage?.gigabytes ?? 0, usage?.reservedGigabytes ?? 0],
    ['backups', NONE, 0, 0],
    ['backup_gigabytes', NONE, 0, 0],
    ['groups', NONE, 0, 0],
    ['attachments', quotas.attachments, usage?.attachments ?? 0, 0],
  ];
  const shown: Record<string, unknown> = { id };
  for (const [name, limit, used, reserved] of rows) {
    if (name === 'attachments' && limit === UNLIMITED) continue;
    shown[name] = usage === null ? limit : { limit, in_use: used, reserved };
  }
  return shown;
}
