import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { Conflict, NotFound } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Connector } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { type Page, type Query, readPage } from '../http/list-query.js';
import type { Microversion } from '../microversion/microversion.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { VolumesRepository, type VolumeRow } from '../volumes/index.js';
import { listConditions, notFoundText } from './attachment-list.js';
import { type RemovalFailure, statusAfter } from './attachment-status.js';
import type { AttachmentDetail, AttachmentSummary } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { ConnectPlanner } from './connect-plan.js';
import { ConnectSaga } from './connect.saga.js';
import { checkConnector } from './connections.js';
import { DetachRule } from './detach-rule.js';
import { DisconnectSaga } from './disconnect.saga.js';
import { AttachmentHistory } from './history/attachment-history.js';
import type { IdempotencyKey } from './idempotency/idempotency-key.js';
import { IdempotentCreates } from './idempotency/idempotent-creates.js';
import type { NewAttachment } from './reservations.js';

/** A page of a list, and how long it was allowed to be. */
export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly limit: number;
}

/** What can be done with attachments. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly attachments: AttachmentsRepository,
    private readonly volumes: VolumesRepository,
    private readonly creates: IdempotentCreates,
    private readonly planner: ConnectPlanner,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
    private readonly rule: DetachRule,
    private readonly history: AttachmentHistory,
    private readonly backends: BackendRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NotFound also for what the caller may not see. */
  async show(ctx: RequestContext, id: string): Promise<AttachmentDetail> {
    const attachment = await this.attachments.findVisible(ctx, id);
    if (attachment === null) throw new NotFound(notFoundText(id));
    return attachment;
  }

  async listSummaries(
    ctx: RequestContext,
    version: Microversion,
    query: Query,
  ): Promise<PageOf<AttachmentSummary>> {
    return this.list(ctx, version, query, (conditions, page) =>
      this.attachments.listSummaries(ctx, conditions, page),
    );
  }

  async listDetails(
    ctx: RequestContext,
    version: Microversion,
    query: Query,
  ): Promise<PageOf<AttachmentDetail>> {
    return this.list(ctx, version, query, (conditions, page) =>
      this.attachments.listDetails(ctx, conditions, page),
    );
  }

  /**
   * Reserves a volume; with a connector it is exported and the host admitted within the call, or nothing is left
   * of the attempt. With a key that has made an attachment before, it gives back that one, once it is connected.
   */
  async create(
    ctx: RequestContext,
    wanted: NewAttachment,
    connector: Connector | null,
    key: IdempotencyKey | null = null,
  ): Promise<AttachmentDetail> {
    const volume = await this.visibleVolume(ctx, wanted.volumeId);
    if (connector === null) {
      const outcome = await this.unitOfWork.run((tx) => this.creates.reserve(tx, ctx, wanted, key));
      return 'earlier' in outcome ? outcome.earlier : outcome.attachment;
    }
    checkConnector(connector);
    const backend = this.backends.get(volume.backend);
    backend.validateConnector(connector);
    // Without the volume's lock while waiting: what a dead process left of the same create is ended under it.
    return this.journal.whenFree(() =>
      backend.exclusively(volume.id, ctx.requestId, async (session) => {
        const plan = await this.unitOfWork.run(async (tx) => {
          const outcome = await this.creates.reserve(tx, ctx, wanted, key);
          if ('earlier' in outcome) return outcome;
          return this.planner.forCreate(tx, outcome.volume, outcome.attachment, connector, ctx);
        });
        if ('earlier' in plan) return plan.earlier;
        return this.connecting.carryOut(session, plan);
      }),
    );
  }

  /** Exports the volume to the connector's host; may be repeated, also with another connector. */
  async update(ctx: RequestContext, id: string, connector: Connector): Promise<AttachmentDetail> {
    const { volumeId } = await this.show(ctx, id);
    checkConnector(connector);
    const volume = await this.visibleVolume(ctx, volumeId);
    const backend = this.backends.get(volume.backend);
    return backend.exclusively(volumeId, ctx.requestId, async (session) => {
      const plan = await this.journal.whenFree(() =>
        this.unitOfWork.run((tx) => this.planner.forUpdate(tx, backend, { id, volumeId }, connector, ctx)),
      );
      return this.connecting.carryOut(session, plan);
    });
  }

  /** Marks the attachment as attached and the volume as in use, from any state (SPEC 11). */
  async complete(ctx: RequestContext, id: string): Promise<void> {
    const { volumeId } = await this.show(ctx, id);
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, volumeId);
      const attachment = (await this.attachments.ofVolume(tx, volumeId)).find(
        (candidate) => candidate.id === id,
      );
      // Gone in the meantime: a volume without attachments must not become in-use.
      if (volume === null || attachment === undefined) throw new NotFound(notFoundText(id));
      const from = attachment.attachStatus;
      const attachStatus = statusAfter(from, 'completed');
      await this.attachments.update(tx, id, { attachStatus });
      await this.history.record(tx, attachment, { kind: 'completed', by: ctx, from, to: attachStatus });
      await this.volumes.setStatus(tx, volumeId, 'in-use', 'attached');
    });
  }

  /**
   * Ends the host's access and removes the attachment; gives back the volume's other ones.
   * @param onFailure what it is to the attachment when that fails.
   * @throws Conflict when a server uses it that only the compute service may take it from.
   */
  async delete(
    ctx: RequestContext,
    id: string,
    onFailure: RemovalFailure = 'delete-failed',
  ): Promise<readonly AttachmentSummary[]> {
    const attachment = await this.show(ctx, id);
    const permit = await this.rule.permit(ctx, attachment);
    const { volumeId } = attachment;
    const target = { id, volumeId };
    const remaining = await this.disconnecting.removeUnconnected(target, ctx);
    if (remaining !== null) return remaining;
    const volume = await this.visibleVolume(ctx, volumeId);
    return this.backends
      .get(volume.backend)
      .exclusively(volumeId, ctx.requestId, (session) =>
        this.disconnecting.disconnect(session, target, ctx, { permit, onFailure }),
      );
  }

  /**
   * Cuts off the hosts of an attachment, whatever they do, and removes it.
   * @throws Conflict when the driver does not confirm that no host reaches the volume, and as {@link delete}; nothing
   * has changed then.
   */
  async forceDetach(ctx: RequestContext, id: string): Promise<void> {
    const attachment = await this.show(ctx, id);
    const permit = await this.rule.permit(ctx, attachment);
    const { volumeId } = attachment;
    const target = { id, volumeId };
    await this.disconnecting.assertHostsKnown(target);
    if ((await this.disconnecting.removeUnconnected(target, ctx)) !== null) return;
    const volume = await this.visibleVolume(ctx, volumeId);
    const backend = this.backends.get(volume.backend);
    if (backend.capabilities.fence !== true) {
      throw new Conflict(
        `The backend ${backend.name} cannot confirm that a host is cut off. Disconnect the volume at its host and delete the attachment ${id}.`,
      );
    }
    await backend.exclusively(volumeId, ctx.requestId, (session) =>
      this.disconnecting.disconnect(session, target, ctx, { way: 'fence', permit }),
    );
  }

  private async visibleVolume(ctx: RequestContext, volumeId: string): Promise<VolumeRow> {
    const volume = await this.volumes.findVisible(ctx, volumeId);
    if (volume === null) throw new NotFound(`Volume ${volumeId} could not be found.`);
    return volume;
  }

  private async list<T>(
    ctx: RequestContext,
    version: Microversion,
    query: Query,
    read: (conditions: NonNullable<ReturnType<typeof listConditions>>, page: Page) => Promise<T[]>,
  ): Promise<PageOf<T>> {
    const page = readPage(query, this.config.max_limit);
    const conditions = listConditions(ctx, version, page.filters);
    return { rows: conditions === null ? [] : await read(conditions, page), limit: page.limit };
  }
}
