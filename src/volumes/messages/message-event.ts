import { randomUUID } from 'node:crypto';

/** The failed actions: Cinder's number and text if it has them, otherwise own numbers from 900 on. */
export const ACTIONS = {
  allocate: { code: '001', text: 'schedule allocate volume' },
  attach: { code: '002', text: 'attach volume' },
  update: { code: '004', text: 'update attachment' },
  extend: { code: '007', text: 'extend volume' },
  create: { code: '008', text: 'create volume from backend storage' },
  detach: { code: '901', text: 'delete attachment' },
  delete: { code: '902', text: 'delete volume' },
  reserve: { code: '903', text: 'keep reservation' },
} as const;

export type FailedAction = keyof typeof ACTIONS;

/** Kinds of reasons: Cinder's numbers, and its texts where the reason itself says less. */
export const DETAILS = {
  other: { code: '001', text: '' },
  noBackend: { code: '003', text: 'Could not find any available weighted backend. ' },
  extendFailed: { code: '010', text: '' },
  createFailed: { code: '012', text: '' },
} as const;

export type FailureDetail = keyof typeof DETAILS;

/** The event id of a failed action on a volume, machine-readable. */
export function eventId(action: FailedAction, detail: FailureDetail): string {
  return `VOLUME_VOLUME_${ACTIONS[action].code}_${DETAILS[detail].code}`;
}

/** The failed action, its volume, and a reason without secrets. */
export interface Failure {
  readonly action: FailedAction;
  readonly volume: { readonly id: string; readonly projectId: string };
  readonly requestId: string;
  readonly reason: string;
  readonly detail?: FailureDetail;
}

/** The message about a failure for the volume's project. */
export function messageOf({ action, volume, requestId, reason, detail = 'other' }: Failure) {
  return {
    id: randomUUID(),
    projectId: volume.projectId,
    requestId,
    eventId: eventId(action, detail),
    messageLevel: 'ERROR',
    userMessage: `${ACTIONS[action].text}:${DETAILS[detail].text}${reason}`,
    resourceType: 'VOLUME',
    resourceUuid: volume.id,
  };
}
