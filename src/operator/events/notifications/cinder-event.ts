import type { EventRow } from '../stream/stream-event.js';

/** Something that Cinder notifies of. */
export interface CinderEvent {
  /** As in Cinder's notification, for example `volume.attach.end`. */
  readonly type: string;
  /** The volume's status at that moment; null if it is not known. */
  readonly volumeStatus: string | null;
  /** The status of the event's attachment at that moment; null if the volume does not have it then. */
  readonly attachStatus: string | null;
  /** Who tells: Cinder's API, the service of a backend, or that of its pool. */
  readonly teller: 'api' | 'backend' | 'pool';
}

/** Returns what a real Cinder notifies of when this happens; empty for what only Clinker tells (docs/adr/0036). */
export function cinderEvents(row: EventRow): readonly CinderEvent[] {
  const { kind, from_status: from, to_status: to, volume_status: volumeStatus } = row;
  switch (kind) {
    case 'connecting':
      return [{ type: 'volume.attach.start', volumeStatus, attachStatus: from, teller: 'backend' }];
    case 'completed':
      return from === null
        ? [
            // os-attach, which makes the attachment.
            { type: 'volume.attach.start', volumeStatus: 'attaching', attachStatus: null, teller: 'backend' },
            { type: 'volume.attach.end', volumeStatus, attachStatus: to, teller: 'backend' },
          ]
        : [{ type: 'volume.attach.end', volumeStatus, attachStatus: to, teller: 'api' }];
    case 'detaching':
      return [{ type: 'volume.detach.start', volumeStatus, attachStatus: from, teller: 'backend' }];
    case 'deleted':
      return [
        ...startOfDetach(row),
        { type: 'volume.detach.end', volumeStatus, attachStatus: null, teller: 'api' },
      ];
    case 'volume-creating':
      return [{ type: 'volume.create.start', ...ofVolume(to), teller: 'pool' }];
    case 'volume-created':
      return [{ type: 'volume.create.end', ...ofVolume(to), teller: 'pool' }];
    case 'volume-extending':
      return [{ type: 'volume.resize.start', ...ofVolume(to), teller: 'backend' }];
    case 'volume-extended':
      return [{ type: 'volume.resize.end', ...ofVolume(to), teller: 'backend' }];
    case 'volume-deleting':
      return [{ type: 'volume.delete.start', ...ofVolume(to), teller: 'backend' }];
    case 'volume-deleted':
      return [{ type: 'volume.delete.end', ...ofVolume(to), teller: 'backend' }];
    default:
      return [];
  }
}

const ofVolume = (volumeStatus: string) => ({ volumeStatus, attachStatus: null });

/** An attachment without a connection is removed at once: it was never detaching. */
function startOfDetach({ from_status: from, duration_ms: durationMs }: EventRow): CinderEvent[] {
  if (durationMs !== null) return [];
  const volumeStatus = from === 'attached' ? 'in-use' : from;
  return [{ type: 'volume.detach.start', volumeStatus, attachStatus: from, teller: 'api' }];
}
