import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../api/auth/request-context.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Connector } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { PageOf } from '../platform/database/page.js';
import { JournalledWork } from '../operations/journalled-work.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { VolumesRepository } from '../volumes/index.js';
import { type AttachmentListRequest, notFoundText } from './attachment/attachment-list.js';
import { type RemovalFailure, statusAfter } from './attachment/attachment-status.js';
import type { AttachmentDetail, AttachmentSummary } from './attachment/attachment.js';
import { AttachmentsRepository } from './attachment/attachments.repository.js';
import { ConnectPlanner } from './connections/connect-plan.js';
import { ConnectSaga } from './connections/connect.saga.js';
import { checkConnector } from './attachment/connection.js';
import { DetachRule } from './connections/detach-rule.js';
import { DisconnectSaga, type DisconnectTarget } from './connections/disconnect.saga.js';
import { systemActor } from './history/actor.js';
import { AttachmentHistory } from './history/attachment-history.js';
import type { IdempotencyKey } from './reservations/idempotency-key.js';
import { IdempotentCreates } from './reservations/idempotent-creates.js';
import type { NewAttachment } from './reservations/reservations.js';

/** Use cases of attachments. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly work: JournalledWork,
    private readonly attachments: AttachmentsRepository,
    private readonly volumes: VolumesRepository,
    private readonly creates: IdempotentCreates,
    private readonly planner: ConnectPlanner,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
    private readonly rule: DetachRule,
    private readonly history: AttachmentHistory,
    private readonly backends: BackendRegistry,
  ) {}

  /** @throws NotFound, also if the caller may not see the attachment. */
  async show(ctx: RequestContext, id: string): Promise<AttachmentDetail> {
    const attachment = await this.attachments.findVisible(ctx, id);
    if (attachment === null) throw new NotFound(notFoundText(id));
    return attachment;
  }

  async listSummaries(
    ctx: RequestContext,
    { conditions, page }: AttachmentListRequest,
  ): Promise<PageOf<AttachmentSummary>> {
    const rows = conditions === null ? [] : await this.attachments.listSummaries(ctx, conditions, page);
    return { rows, limit: page.limit };
  }

  async listDetails(
    ctx: RequestContext,
    { conditions, page }: AttachmentListRequest,
  ): Promise<PageOf<AttachmentDetail>> {
    const rows = conditions === null ? [] : await this.attachments.listDetails(ctx, conditions, page);
    return { rows, limit: page.limit };
  }

  /**
   * Reserves a volume. With a connector, also exports it and admits the host within the call, or leaves nothing behind. A
   * known key returns the attachment that it made, once that is connected.
   */
  async create(
    ctx: RequestContext,
    wanted: NewAttachment,
    connector: Connector | null,
    key: IdempotencyKey | null = null,
  ): Promise<AttachmentDetail> {
    const volume = await this.volumes.visible(ctx, wanted.volumeId);
    if (connector === null) {
      const outcome = await this.unitOfWork.run((tx) => this.creates.reserve(tx, ctx, wanted, key));
      return 'earlier' in outcome ? outcome.earlier : outcome.attachment;
    }
    checkConnector(connector);
    const backend = this.backends.get(volume.backend);
    backend.validateConnector(connector);
    // Wait without the volume's lock: recovery of the same create, left by a dead process, needs it.
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

  /** Exports the volume to the connector's host. May be repeated, also with another connector. */
  async update(ctx: RequestContext, id: string, connector: Connector): Promise<AttachmentDetail> {
    const { volumeId } = await this.show(ctx, id);
    checkConnector(connector);
    const volume = await this.volumes.visible(ctx, volumeId);
    const backend = this.backends.get(volume.backend);
    return backend.exclusively(volumeId, ctx.requestId, async (session) => {
      const plan = await this.work.plan((tx) =>
        this.planner.forUpdate(tx, backend, { id, volumeId }, connector, ctx),
      );
      return this.connecting.carryOut(session, plan);
    });
  }

  /** Sets the attachment to attached and the volume to in-use, from any state (docs/specification.md#complete). */
  async complete(ctx: RequestContext, id: string): Promise<void> {
    const { volumeId } = await this.show(ctx, id);
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, volumeId);
      const attachment = (await this.attachments.ofVolume(tx, volumeId)).find(
        (candidate) => candidate.id === id,
      );
      // Deleted in the meantime: a volume without attachments must not become in-use.
      if (volume === null || attachment === undefined) throw new NotFound(notFoundText(id));
      const from = attachment.attachStatus;
      const attachStatus = statusAfter(from, 'completed');
      await this.attachments.update(tx, id, { attachStatus });
      await this.history.record(tx, attachment, { kind: 'completed', by: ctx, from, to: attachStatus });
      await this.volumes.setStatus(tx, volumeId, 'in-use', 'attached');
    });
  }

  /**
   * Ends the host's access and removes the attachment; returns the volume's other attachments.
   * @param onFailure event applied to the attachment on failure.
   * @throws Conflict if a server uses it that only Nova may detach.
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
    const volume = await this.volumes.visible(ctx, volumeId);
    return this.backends
      .get(volume.backend)
      .exclusively(volumeId, ctx.requestId, (session) =>
        this.disconnecting.disconnect(session, target, ctx, { permit, onFailure }),
      );
  }

  /** Removes an attachment that Nova does not use, as the caller has checked. Asks for no further permission. */
  async removeUnused(target: DisconnectTarget, requestId: string): Promise<void> {
    const by = systemActor(requestId);
    if ((await this.disconnecting.removeUnconnected(target, by)) !== null) return;
    const { backend } = await this.volumes.visible({ isAdmin: true, projectId: '' }, target.volumeId);
    await this.backends
      .get(backend)
      .exclusively(target.volumeId, requestId, (session) =>
        this.disconnecting.disconnect(session, target, by),
      );
  }

  /**
   * Cuts off an attachment's hosts, whatever they do, and removes it.
   * @throws Conflict if the driver does not confirm that no host reaches the volume; as {@link delete}. Nothing has
   * changed then.
   */
  async forceDetach(ctx: RequestContext, id: string): Promise<void> {
    const attachment = await this.show(ctx, id);
    const permit = await this.rule.permit(ctx, attachment);
    const { volumeId } = attachment;
    const target = { id, volumeId };
    await this.disconnecting.assertHostsKnown(target);
    if ((await this.disconnecting.removeUnconnected(target, ctx)) !== null) return;
    const volume = await this.volumes.visible(ctx, volumeId);
    const backend = this.backends.get(volume.backend);
    if (backend.capabilities.fence !== true) {
      throw new Conflict(
        `The backend ${backend.name} cannot confirm that the host has lost access. Disconnect the volume on the host and delete attachment ${id}.`,
      );
    }
    await backend.exclusively(volumeId, ctx.requestId, (session) =>
      this.disconnecting.disconnect(session, target, ctx, { way: 'fence', permit }),
    );
  }
}
