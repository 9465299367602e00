import { randomUUID } from 'node:crypto';
import { AttachmentEventsRepository, AttachmentHistory, systemActor } from '../../attachments/index.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { messageOf, MessagesRepository } from '../../volumes/messages/index.js';
import { removeService } from '../../volumes/scheduling/index.js';
import { BackendChangeRefused } from './refused.js';
import { type Site, type StoppedDatabase, withStoppedDatabase } from './stopped-database.js';
import { nodesOfBackends, strandedBackends, type Usage, usageOf } from './stranded.reader.js';
import { StrandedRepository, type VolumeOwner } from './stranded.repository.js';

/** Rows per transaction: each attachment gets a history event. */
const BATCH = 100;

/** Rows removed by this run. */
export interface Forgotten {
  readonly volumes: number;
  readonly attachments: number;
  readonly operations: number;
  readonly connections: number;
  readonly metadata: number;
}

/** Rows that forgetting a backend would remove, and other backends that are not configured. */
export interface Prospect {
  readonly usage: Usage;
  /** The volume node that it belongs to, or null. */
  readonly node: string | null;
  readonly stranded: readonly string[];
}

/** Previews {@link forgetBackend}. Changes nothing. @throws BackendChangeRefused, DatabaseUnusable */
export async function prospectOf(site: Site, backend: string): Promise<Prospect> {
  const configured = withoutBackend(site.config, backend);
  return withStoppedDatabase(site, async ({ reader }) => {
    const nodes = await nodesOfBackends(reader);
    return {
      usage: await usageOf(reader, backend),
      node: nodes.get(backend) ?? null,
      stranded: await strandedBackends(reader, [...configured, ...nodes.keys()]),
    };
  });
}

/**
 * Removes everything of a backend from the database without calling the storage: hosts keep their access. Attachments get
 * a last history event, volumes a message to their project. Can be interrupted and repeated.
 * @param node the volume node that the caller believes the backend to belong to, or null.
 * @throws BackendChangeRefused if the backend is configured, or belongs to another node, or a server is alive; DatabaseUnusable.
 */
export async function forgetBackend(site: Site, backend: string, node: string | null): Promise<Forgotten> {
  withoutBackend(site.config, backend);
  return withStoppedDatabase(site, async (database) => {
    const owner = (await nodesOfBackends(database.reader)).get(backend) ?? null;
    const { volumes } = await usageOf(database.reader, backend);
    // Repeated after all was removed, it finds no owner any more.
    const isDone = owner === null && volumes === 0;
    if (owner !== node && !isDone) throw new BackendChangeRefused(wrongOwner(backend, owner));
    return new Forgetting(site.config, backend, database).all();
  });
}

/** All nodes are stopped now: only the operator knows which of them is gone for good. */
function wrongOwner(backend: string, owner: string | null): string {
  return owner === null
    ? `backend ${backend} belongs to no volume node: leave out --node`
    : `backend ${backend} belongs to the volume node ${owner}. If that node is gone for good, confirm it with --node ${owner}`;
}

function withoutBackend(config: Config, backend: string): readonly string[] {
  const configured = config.backends.map(({ name }) => name);
  if (configured.includes(backend))
    throw new BackendChangeRefused(
      `backend ${backend} is configured: its volumes can be deleted properly. If it is gone, remove it from the configuration first`,
    );
  return configured;
}

class Forgetting {
  private readonly repository = new StrandedRepository();
  private readonly history: AttachmentHistory;
  private readonly messages: MessagesRepository;
  private readonly requestId = `req-${randomUUID()}`;
  private readonly reason: string;
  private readonly removed = { volumes: 0, attachments: 0, operations: 0, connections: 0, metadata: 0 };

  constructor(
    private readonly config: Config,
    private readonly backend: string,
    private readonly database: StoppedDatabase,
  ) {
    const { reader, time } = database;
    this.history = new AttachmentHistory(new AttachmentEventsRepository(reader, time));
    this.messages = new MessagesRepository(reader, time);
    this.reason = `Backend ${backend} was removed by the operator; its storage was not changed.`;
  }

  async all(): Promise<Forgotten> {
    const { unitOfWork } = this.database;
    for (;;) {
      const volumes = await unitOfWork.run(async (tx) => {
        const some = await this.repository.volumesOn(tx, this.backend, BATCH);
        if (some.length === 0) await removeService(tx, this.backend);
        return some;
      });
      if (volumes.length === 0) return this.removed;
      await this.removeAllAttachments(volumes);
      const belongings = await unitOfWork.run((tx) => this.removeVolumes(tx, volumes));
      this.removed.volumes += volumes.length;
      this.removed.operations += belongings.operations;
      this.removed.connections += belongings.connections;
      this.removed.metadata += belongings.metadata;
    }
  }

  private async removeAllAttachments(volumes: readonly VolumeOwner[]): Promise<void> {
    for (;;) {
      const count = await this.database.unitOfWork.run((tx) => this.removeAttachments(tx, volumes));
      if (count === 0) return;
      this.removed.attachments += count;
    }
  }

  private async removeAttachments(tx: Tx, volumes: readonly VolumeOwner[]): Promise<number> {
    const attachments = await this.repository.attachmentsOf(tx, volumes, BATCH);
    for (const attachment of attachments) {
      await this.history.record(tx, attachment, {
        kind: 'deleted',
        by: systemActor(this.requestId),
        from: attachment.attachStatus,
        to: 'deleted',
        reason: this.reason,
      });
    }
    await this.repository.removeAttachments(tx, attachments);
    return attachments.length;
  }

  private async removeVolumes(tx: Tx, volumes: readonly VolumeOwner[]) {
    const { requestId, reason } = this;
    for (const volume of volumes) {
      const message = messageOf({ action: 'delete', volume, requestId, reason });
      await this.messages.insert(tx, message, this.config.message_ttl_s);
    }
    return this.repository.removeVolumes(tx, volumes);
  }
}
