import { Injectable } from '@nestjs/common';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { parseJsonColumn } from '../../platform/database/json-column.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { BackendFacts } from './backend-facts.js';
import { NodeBackendEntity } from './node-backend.entity.js';

/** A backend of a node, as its row says. */
export interface RecordedBackend {
  readonly name: string;
  readonly node: string;
  readonly facts: BackendFacts;
  /** True while the process that wrote the row lives. */
  readonly isNodeUp: boolean;
}

interface Row {
  readonly name: string;
  readonly node: string;
  readonly facts: string;
  readonly living: string | null;
}

/** SQL of {@link NodeBackendsRepository.read}. */
export const RECORDED_BACKENDS =
  'SELECT backend.name AS name, backend.node AS node, backend.facts AS facts, process.id AS living FROM node_backends backend LEFT JOIN processes process ON process.id = backend.process_id ORDER BY backend.name';

export function recordedBackend({ name, node, facts, living }: Row): RecordedBackend {
  return { name, node, facts: parseJsonColumn(facts) as BackendFacts, isNodeUp: living !== null };
}

/** The rows in which volume nodes describe their backends. */
@Injectable()
export class NodeBackendsRepository {
  private readonly rows = new EntityRows(NodeBackendEntity);

  /** Names of those backends that belong to another node, with that node's name. */
  async ofOthers(
    tx: Tx,
    node: string,
    names: readonly string[],
  ): Promise<Pick<RecordedBackend, 'name' | 'node'>[]> {
    const found = await Promise.all(names.map((name) => this.rows.find(tx, { name })));
    return found.flat().filter((row) => row.node !== node);
  }

  /** Writes what a node tells of its backend. @returns false if another node owns the backend. */
  async put(tx: Tx, row: NodeBackendEntity): Promise<boolean> {
    const { name, node, processId, facts } = row;
    if ((await this.rows.update(tx, { name, node }, { processId, facts })) === 1) return true;
    if (await this.rows.exists(tx, { name })) return this.rows.exists(tx, { name, node });
    await this.rows.insert(tx, row);
    return true;
  }

  /** Removes the backends of a node that it no longer has. */
  async removeOthersOf(tx: Tx, node: string, kept: readonly string[]): Promise<void> {
    for (const { name } of await this.rows.find(tx, { node }))
      if (!kept.includes(name)) await this.rows.remove(tx, { name });
  }
}
