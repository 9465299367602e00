/** What failed: Cinder's number and words where it has them, numbers from 900 on where it has none. */
export const ACTIONS = {
  attach: { code: '002', text: 'attach volume' },
  update: { code: '004', text: 'update attachment' },
  extend: { code: '007', text: 'extend volume' },
  create: { code: '008', text: 'create volume from backend storage' },
  detach: { code: '901', text: 'delete attachment' },
  delete: { code: '902', text: 'delete volume' },
  reserve: { code: '903', text: 'keep reservation' },
} as const;

export type FailedAction = keyof typeof ACTIONS;

/** The event of a failed action on a volume; 001 is Cinder's number for reasons without one of their own. */
export function eventId(action: FailedAction): string {
  return `VOLUME_VOLUME_${ACTIONS[action].code}_001`;
}
