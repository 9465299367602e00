import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { MarkedMethods, methodMark } from '../../platform/marked-methods.js';
import type { Volume } from '../volume/volume-row.js';

/** The steps of a volume's life cycle. */
export const VOLUME_STEPS = [
  ...(['creating', 'created', 'create-failed'] as const),
  ...(['deleting', 'deleted', 'delete-failed'] as const),
  ...(['extending', 'extended', 'extend-failed'] as const),
] as const;

/** A step that was just taken. */
export interface VolumeStep {
  readonly kind: (typeof VOLUME_STEPS)[number];
  /** Status before; null for a new volume. */
  readonly from: string | null;
  readonly to: string;
  /** Who asked for it; null if the server goes on with it by itself. */
  readonly by: { readonly userId: string; readonly projectId: string } | null;
  readonly requestId: string;
  /** Reason for the failure, without secrets. */
  readonly reason?: string;
}

type RecordStep = (tx: Tx, volume: Volume, step: VolumeStep) => Promise<void>;

/** Marks a method that records steps of volumes, in the transactions that take them. Its value names it. */
export const RecordsVolumeSteps = methodMark<string, Parameters<RecordStep>, Promise<void>>(
  'RecordsVolumeSteps',
);

/** Tells what records steps of volumes: that is a feature above. */
@Injectable()
export class VolumeSteps {
  private recorders: readonly RecordStep[] | null = null;

  constructor(private readonly marked: MarkedMethods) {}

  /** @param volume as it is after the step. */
  async record(tx: Tx, volume: Volume, step: VolumeStep): Promise<void> {
    this.recorders ??= this.marked.of(RecordsVolumeSteps).map(({ call }) => call);
    for (const record of this.recorders) await record(tx, volume, step);
  }
}
