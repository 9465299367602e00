import type { AttachStatus } from '../../attachments/index.js';
import type { Connection, ExportState } from '../../drivers/contract/index.js';
import type { Backend } from '../../drivers/registry/backend.js';
import { BESIDE_BACKENDS } from '../../operations/operation-journal.js';
import type { ConsistencyRepository, WorkFacts } from './consistency.repository.js';
import { ExportStream } from './export-stream.js';
import { commonEnd, isCutOff, isWithin, type Slice, sliceOf } from './slice.js';

/** Volumes checked together: few enough that requests do not notice. */
const VOLUMES = 200;

/** Other rows about these volumes. */
const ROWS = 2000;

/** State of one volume in the database and at the backends, read at different moments: a hint, not a proof. */
export interface Sight {
  readonly volumeId: string;
  /** Null if the database does not know the volume. */
  readonly volume: { readonly backend: string; readonly status: string } | null;
  readonly attachments: readonly AttachStatus[];
  readonly connections: readonly Connection[];
  /** True if there are more connections than were read. */
  readonly isPartial: boolean;
  /** Exports of the volume, by backend name. */
  readonly exports: ReadonlyMap<string, ExportState>;
  readonly openWork: readonly WorkFacts[];
}

/** True while open work will change the volume or its export. */
export function isInWork({ openWork }: Pick<Sight, 'openWork'>): boolean {
  return openWork.some(({ kind }) => !BESIDE_BACKENDS.some((beside) => beside === kind));
}

/** The volumes between two ids. */
export interface Stretch {
  readonly after: string | null;
  /** The last id of the stretch; null if nothing follows. */
  readonly end: string | null;
  /** One per id known to the database or a backend. */
  readonly sights: readonly Sight[];
}

/** Walks through all volumes and exports, ordered by id, one stretch at a time. */
export class ConsistencyWalk {
  private readonly streams: Map<string, ExportStream>;

  /**
   * @param position the end of an earlier walk; null to start.
   * @param onFailure called for a backend whose exports cannot be listed; the walk continues without it.
   */
  constructor(
    private readonly repository: ConsistencyRepository,
    backends: readonly Backend[],
    requestId: string,
    private position: string | null,
    private readonly onFailure: (backend: Backend, error: unknown) => void,
  ) {
    this.streams = new Map(
      backends.map((backend) => [backend.name, new ExportStream(backend, requestId, position)]),
    );
  }

  /** True if the walk includes the backend's exports. */
  covers(backend: Backend): boolean {
    return this.streams.has(backend.name);
  }

  /** Excludes a backend from the rest of the walk. */
  leaveOut(backend: Backend): void {
    this.streams.delete(backend.name);
  }

  async next(): Promise<Stretch> {
    const after = this.position;
    const volumes = sliceOf(await this.repository.volumes(after, VOLUMES), VOLUMES);
    const range = { after, upTo: volumes.end };
    const [attachments, legacy, work] = await Promise.all([
      this.repository.attachments(range, ROWS).then((rows) => sliceOf(rows, ROWS)),
      this.repository.legacyConnections(range, ROWS).then((rows) => sliceOf(rows, ROWS)),
      this.repository.openWork(range, ROWS).then((rows) => sliceOf(rows, ROWS)),
    ]);
    const exports = await this.peekAll();
    const end = commonEnd([volumes, attachments, legacy, work, ...exports.values()]);
    const sights = new Sights(end);
    sights.add(volumes, (sight, { backend, status }) => (sight.volume = { backend, status }));
    sights.add(attachments, (sight, { status, connection }) => {
      sight.attachments.push(status);
      if (connection !== null) sight.connections.push(connection);
    });
    sights.add(legacy, (sight, { connection }) => sight.connections.push(connection));
    sights.add(work, (sight, entry) => sight.openWork.push(entry));
    for (const [name, slice] of exports) sights.add(slice, (sight, state) => sight.exports.set(name, state));
    if (isCutOff(attachments)) sights.markPartial(attachments.end);
    if (isCutOff(legacy)) sights.markPartial(legacy.end);
    for (const stream of this.streams.values()) stream.pass(end);
    this.position = end;
    return { after, end, sights: sights.inOrder() };
  }

  /** The next exports of all backends, queried concurrently. */
  private async peekAll(): Promise<ReadonlyMap<string, Slice<ExportState>>> {
    const slices = new Map<string, Slice<ExportState>>();
    await Promise.all(
      [...this.streams.values()].map(async (stream) => {
        try {
          slices.set(stream.backend.name, await stream.peek());
        } catch (error) {
          this.leaveOut(stream.backend);
          this.onFailure(stream.backend, error);
        }
      }),
    );
    return slices;
  }
}

interface GrowingSight extends Sight {
  volume: Sight['volume'];
  isPartial: boolean;
  readonly attachments: AttachStatus[];
  readonly connections: Connection[];
  readonly exports: Map<string, ExportState>;
  readonly openWork: WorkFacts[];
}

/** Collects facts by volume, up to an end. */
class Sights {
  private readonly byVolume = new Map<string, GrowingSight>();

  constructor(private readonly end: string | null) {}

  add<Row extends { readonly volumeId: string }>(
    { rows }: Slice<Row>,
    note: (sight: GrowingSight, row: Row) => void,
  ): void {
    for (const row of rows) {
      if (!isWithin(row.volumeId, this.end)) return;
      note(this.of(row.volumeId), row);
    }
  }

  markPartial(volumeId: string | null): void {
    if (volumeId !== null && isWithin(volumeId, this.end)) this.of(volumeId).isPartial = true;
  }

  inOrder(): readonly Sight[] {
    return [...this.byVolume.values()].sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1));
  }

  private of(volumeId: string): GrowingSight {
    let sight = this.byVolume.get(volumeId);
    if (sight === undefined) {
      sight = {
        volumeId,
        volume: null,
        attachments: [],
        connections: [],
        isPartial: false,
        exports: new Map(),
        openWork: [],
      };
      this.byVolume.set(volumeId, sight);
    }
    return sight;
  }
}
