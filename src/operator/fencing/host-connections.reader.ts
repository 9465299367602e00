import { Injectable } from '@nestjs/common';
import { parseJsonColumn } from '../../platform/database/json-column.js';
import { Reader } from '../../platform/database/reader.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { OpenConnectsRepository } from '../../operations/open-connects.repository.js';
import { ATTACHMENTS_BEGINNING, type FencePosition } from './fence-position.js';

/** A volume to which a host may have access. */
export interface VolumeOfHost {
  readonly volumeId: string;
  readonly backend: string;
  /** The host's attachments that have no connector: a client recorded them by os-attach. */
  readonly unconnected: readonly string[];
}

/** Part of a host's volumes, and where the next part begins; null if it was the last. */
export interface VolumesPart {
  readonly volumes: readonly VolumeOfHost[];
  readonly next: FencePosition | null;
}

interface AttachmentRow {
  readonly id: string;
  readonly volume_id: string;
  readonly backend: string;
  readonly created_at: string;
  readonly is_connected: boolean | number;
}

interface ConnectionRow {
  readonly id: string;
  readonly volume_id: string;
  readonly backend: string;
  readonly connector: string;
}

/** Attachments of the host per read, by an index. */
const ATTACHMENTS = 64;

/** Entries of open work per read: of all hosts. */
const OPENINGS = 500;

/** Connections without attachments per read: of all hosts, since old clients make few. */
const CONNECTIONS = 500;

/** Finds the volumes of a host, part by part. */
@Injectable()
export class HostConnectionsReader {
  constructor(
    private readonly reader: Reader,
    private readonly unitOfWork: UnitOfWork,
    private readonly openConnects: OpenConnectsRepository,
  ) {}

  /** The volumes behind a position, to which a host of exactly this name may have access. */
  async part(host: string, position: FencePosition): Promise<VolumesPart> {
    switch (position.phase) {
      case 'openings':
        return this.openings(host, position);
      case 'attachments':
        return this.attachments(host, position);
      case 'connections':
        return this.connections(host, position);
    }
  }

  /** Volumes to which the host is being connected, or may have been before that was interrupted. */
  private async openings(
    host: string,
    { id }: FencePosition & { readonly phase: 'openings' },
  ): Promise<VolumesPart> {
    const { open, last } = await this.unitOfWork.run((tx) => this.openConnects.behind(tx, id, OPENINGS));
    const own = open.filter(
      ({ operation }) => hostOf((operation.details as { connector?: unknown }).connector) === host,
    );
    return {
      volumes: byVolume(
        own.map(({ operation, backend }) => ({
          ...{ id: operation.id, volume_id: operation.volumeId },
          ...{ backend, isConnected: true },
        })),
      ),
      next: last === null ? ATTACHMENTS_BEGINNING : { phase: 'openings', id: last },
    };
  }

  private async attachments(
    host: string,
    { createdAt, id }: FencePosition & { readonly phase: 'attachments' },
  ): Promise<VolumesPart> {
    const rows = await this.reader.rows<AttachmentRow>(
      'SELECT attachments.id, attachments.volume_id, attachments.created_at, attachments.connector IS NOT NULL AS is_connected, volumes.backend FROM attachments JOIN volumes ON volumes.id = attachments.volume_id WHERE attachments.attached_host = ? AND attachments.created_at >= ? AND (attachments.created_at > ? OR attachments.id > ?) ORDER BY attachments.created_at, attachments.id LIMIT ?',
      [host, createdAt, createdAt, id, ATTACHMENTS],
    );
    const last = rows.at(-1);
    const isLast = last === undefined || rows.length < ATTACHMENTS;
    return {
      volumes: byVolume(rows.map((row) => ({ ...row, isConnected: Boolean(row.is_connected) }))),
      next: isLast
        ? { phase: 'connections', id: '' }
        : { phase: 'attachments', createdAt: last.created_at, id: last.id },
    };
  }

  private async connections(
    host: string,
    { id }: FencePosition & { readonly phase: 'connections' },
  ): Promise<VolumesPart> {
    const rows = await this.reader.rows<ConnectionRow>(
      'SELECT legacy_connections.id, legacy_connections.volume_id, legacy_connections.connector, volumes.backend FROM legacy_connections JOIN volumes ON volumes.id = legacy_connections.volume_id WHERE legacy_connections.id > ? ORDER BY legacy_connections.id LIMIT ?',
      [id, CONNECTIONS],
    );
    const last = rows.at(-1);
    const own = rows.filter(({ connector }) => hostIn(connector) === host);
    return {
      volumes: byVolume(own.map((row) => ({ ...row, isConnected: true }))),
      next: last === undefined || rows.length < CONNECTIONS ? null : { phase: 'connections', id: last.id },
    };
  }
}

function byVolume(
  rows: readonly {
    readonly id: string;
    readonly volume_id: string;
    readonly backend: string;
    readonly isConnected: boolean;
  }[],
): VolumeOfHost[] {
  const volumes = new Map<string, VolumeOfHost>();
  for (const { id, volume_id: volumeId, backend, isConnected } of rows) {
    const unconnected = [...(volumes.get(volumeId)?.unconnected ?? []), ...(isConnected ? [] : [id])];
    volumes.set(volumeId, { volumeId, backend, unconnected });
  }
  return [...volumes.values()];
}

function hostIn(connector: string): unknown {
  return hostOf(parseJsonColumn(connector));
}

function hostOf(connector: unknown): unknown {
  return (connector as { readonly host?: unknown } | null | undefined)?.host;
}
