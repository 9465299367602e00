import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  ATTACHMENTS_BEGINNING,
  BEGINNING,
  type FencePosition,
  markerOf,
  positionOf,
} from './fence-position.js';

describe('the marker of a fencing', () => {
  it.each<FencePosition>([
    BEGINNING,
    { phase: 'openings', id: randomUUID() },
    ATTACHMENTS_BEGINNING,
    { phase: 'attachments', createdAt: '2026-01-02T03:04:05.000006', id: randomUUID() },
    { phase: 'connections', id: '' },
  ])('leads back to its position: %j', (position) => {
    expect(positionOf(markerOf(position))).toEqual(position);
  });

  it.each(['attachments', 'attachments yesterday ', 'openings x', 'nowhere '])('is refused: %s', (marker) => {
    expect(() => positionOf(marker)).toThrow('next_marker');
  });
});
