import { Injectable } from '@nestjs/common';
import { Clock, type Instant } from '../../platform/clock.js';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { Reader } from '../../platform/database/reader.js';
import type { Tx } from '../../platform/database/unit-of-work.js';

/** A backend as all servers on the database see it. */
export interface BackendServiceRow {
  readonly backend: string;
  /** True if an operator wants no new volumes on it. */
  readonly isDisabled: boolean;
  readonly disabledReason: string | null;
  /** Time of the operator's last change. */
  readonly changedAt: Instant | null;
  /** True if a server has reported lately that the backend answers. */
  readonly isReportedUp: boolean;
  /** Time of the last report. */
  readonly reportedAt: Instant | null;
  /** Number and total size in GiB of its volumes. */
  readonly volumes: number;
  readonly gigabytes: number;
}

/** A change of the volumes on a backend. */
export interface Growth {
  readonly volumes: number;
  readonly gigabytes: number;
}

interface StoredRow {
  readonly backend: string;
  readonly disabled: boolean | number;
  readonly disabled_reason: string | null;
  readonly changed_at: string | null;
  readonly is_current: boolean | number;
  readonly reported_at: string | null;
  readonly volumes: number | string;
  readonly gigabytes: number | string;
}

interface CountRow {
  readonly kept_volumes: number | string;
  readonly kept_gigabytes: number | string;
  readonly volumes: number | string;
  readonly gigabytes: number | string;
}

/** More backends than a deployment has: nothing is read without a bound. */
const MOST_SERVICES = 10_000;

/** Entries of the journal in which creations under way are looked for. */
const MOST_ENTRIES = 10_000;

/**
 * The services of backends, one row each, with the sum of their volumes. The sum changes in the transaction that creates,
 * extends or removes a volume, after it has taken all its other locks (docs/adr/0042).
 */
@Injectable()
export class BackendServicesRepository {
  constructor(
    private readonly reader: Reader,
    private readonly time: DatabaseTime,
    private readonly clock: Clock,
  ) {}

  /** Adds the rows of backends that have none: enabled, with no volumes counted yet. */
  async addMissing(tx: Tx, backends: readonly string[]): Promise<void> {
    for (const backend of backends) await addService(tx, backend);
  }

  /**
   * All services, by name.
   * @param leaseS seconds for which a report counts.
   */
  async all(leaseS: number): Promise<BackendServiceRow[]> {
    // A report from the future was made before the database's clock was set back: it says nothing about now.
    const isCurrent = `is_up AND reported_at IS NOT NULL AND reported_at BETWEEN ${this.time.at(-leaseS)} AND ${this.time.at(leaseS)}`;
    const rows = await this.reader.rows<StoredRow>(
      `SELECT backend, disabled, disabled_reason, changed_at, reported_at, volumes, gigabytes, CASE WHEN ${isCurrent} THEN 1 ELSE 0 END AS is_current FROM backend_services ORDER BY backend LIMIT ?`,
      [MOST_SERVICES],
    );
    return rows.map((row) => ({
      backend: row.backend,
      isDisabled: Boolean(row.disabled),
      disabledReason: row.disabled_reason,
      changedAt: row.changed_at,
      isReportedUp: Boolean(row.is_current),
      reportedAt: row.reported_at,
      volumes: Number(row.volumes),
      gigabytes: Number(row.gigabytes),
    }));
  }

  /** Records a heartbeat, by the database's clock. */
  async report(tx: Tx, backend: string, isUp: boolean): Promise<void> {
    const now = this.time.now();
    await tx.statements.change(
      `UPDATE backend_services SET is_up = ?, reported_at = ${now.sql} WHERE backend = ?`,
      [isUp, ...now.parameters, backend],
    );
  }

  /** Lets a backend get new volumes, or no more. @returns false if it is unknown. */
  async setDisabled(
    tx: Tx,
    backend: string,
    { isDisabled, reason }: { readonly isDisabled: boolean; readonly reason: string | null },
  ): Promise<boolean> {
    const changed = await tx.statements.change(
      'UPDATE backend_services SET disabled = ?, disabled_reason = ?, changed_at = ? WHERE backend = ?',
      [isDisabled, reason, this.clock.now(), backend],
    );
    return changed === 1;
  }

  /**
   * Counts a new volume, if the backend is enabled and the volume fits under its ceiling.
   * @returns whether it does.
   */
  async take(tx: Tx, backend: string, sizeGib: number, ceiling: number): Promise<boolean> {
    const changed = await tx.statements.change(
      'UPDATE backend_services SET volumes = volumes + 1, gigabytes = gigabytes + ? WHERE backend = ? AND disabled = ? AND gigabytes <= ?',
      [sizeGib, backend, false, ceiling - sizeGib],
    );
    return changed === 1;
  }

  /** Counts what has changed of a backend's volumes. */
  async grow(tx: Tx, backend: string, growth: Growth): Promise<void> {
    await growService(tx, backend, growth);
  }

  /** Size in GiB of the volumes that a backend is creating, and of all its volumes. */
  async spoken(backend: string): Promise<{ readonly pendingGib: number; readonly allocatedGib: number }> {
    const [row] = await this.reader.rows<{ pending: number | string; gigabytes: number | string }>(
      `SELECT gigabytes, (SELECT COALESCE(SUM(size), 0) FROM (${PENDING}) pending) AS pending FROM backend_services WHERE backend = ?`,
      [MOST_ENTRIES, backend, backend],
    );
    return { pendingGib: Number(row?.pending ?? 0), allocatedGib: Number(row?.gigabytes ?? 0) };
  }

  /**
   * Counts a backend's volumes in one statement and so at one moment, beside the sum that is kept. Reads all of their
   * entries in an index.
   * @returns how far the sum is off, and the sum.
   */
  async drift(reader: Reader, backend: string): Promise<{ readonly off: Growth; readonly kept: Growth }> {
    const [row] = await reader.rows<CountRow>(
      'SELECT service.volumes AS kept_volumes, service.gigabytes AS kept_gigabytes, found.volumes, found.gigabytes FROM backend_services service, (SELECT COUNT(*) AS volumes, COALESCE(SUM(size), 0) AS gigabytes FROM volumes WHERE backend = ?) found WHERE service.backend = ?',
      [backend, backend],
      'large',
    );
    const kept = { volumes: Number(row?.kept_volumes ?? 0), gigabytes: Number(row?.kept_gigabytes ?? 0) };
    const volumes = Number(row?.volumes ?? 0) - kept.volumes;
    return { off: { volumes, gigabytes: Number(row?.gigabytes ?? 0) - kept.gigabytes }, kept };
  }

  /** Corrects a sum, unless it has changed since. @returns whether it did. */
  async correct(tx: Tx, backend: string, { off, kept }: { off: Growth; kept: Growth }): Promise<boolean> {
    const changed = await tx.statements.change(
      'UPDATE backend_services SET volumes = ?, gigabytes = ? WHERE backend = ? AND volumes = ? AND gigabytes = ?',
      [kept.volumes + off.volumes, kept.gigabytes + off.gigabytes, backend, kept.volumes, kept.gigabytes],
    );
    return changed === 1;
  }
}

async function growService(tx: Tx, backend: string, { volumes, gigabytes }: Growth): Promise<void> {
  await tx.statements.change(
    'UPDATE backend_services SET volumes = volumes + ?, gigabytes = gigabytes + ? WHERE backend = ?',
    [volumes, gigabytes, backend],
  );
}

async function addService(tx: Tx, backend: string): Promise<void> {
  const known = await tx.statements.rows('SELECT 1 AS found FROM backend_services WHERE backend = ?', [
    backend,
  ]);
  if (known.length > 0) return;
  await tx.statements.change(
    'INSERT INTO backend_services (backend, disabled, is_up, volumes, gigabytes) VALUES (?, ?, ?, 0, 0)',
    [backend, false, false],
  );
}

/** Gives the sum of one backend's volumes and its being disabled to another backend, for commands. */
export async function moveService(tx: Tx, from: string, to: string): Promise<void> {
  const [former] = await tx.statements.rows<Omit<StoredRow, 'is_current'>>(
    'SELECT disabled, disabled_reason, changed_at, volumes, gigabytes FROM backend_services WHERE backend = ?',
    [from],
  );
  if (former === undefined) return;
  const { disabled, disabled_reason: reason, changed_at: changedAt, volumes, gigabytes } = former;
  await addService(tx, to);
  await growService(tx, to, { volumes: Number(volumes), gigabytes: Number(gigabytes) });
  if (disabled)
    await tx.statements.change(
      'UPDATE backend_services SET disabled = ?, disabled_reason = ?, changed_at = ? WHERE backend = ?',
      [true, reason, changedAt, to],
    );
  await removeService(tx, from);
}

/** Removes the service of a backend without volumes, and which volume node has it; for commands. */
export async function removeService(tx: Tx, backend: string): Promise<void> {
  await tx.statements.change('DELETE FROM backend_services WHERE backend = ?', [backend]);
  await tx.statements.change('DELETE FROM node_backends WHERE name = ?', [backend]);
}

/** Sizes of the volumes that a backend is creating, by the journal's newest entries. */
const PENDING =
  "SELECT volumes.size FROM (SELECT kind, volume_id FROM operations ORDER BY started_at DESC, id DESC LIMIT ?) entry JOIN volumes ON volumes.id = entry.volume_id WHERE entry.kind = 'create-volume' AND volumes.backend = ?";
