import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../api/auth/request-context.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Connector } from '../drivers/contract/index.js';
import type { PageOf } from '../platform/database/page.js';
import { Settled } from '../operations/settled.js';
import { VolumesRepository } from '../volumes/index.js';
import { type AttachmentListRequest, notFoundText } from './attachment/attachment-list.js';
import { type RemovalFailure, statusAfter } from './attachment/attachment-status.js';
import type { Attachment, AttachmentDetail, AttachmentSummary } from './attachment/attachment.js';
import { AttachmentsRepository, type LocatedAttachment } from './attachment/attachments.repository.js';
import { type ConnectPlan, ConnectPlanner } from './connections/connect-plan.js';
import { ConnectSaga } from './connections/connect.saga.js';
import { ConnectionWork } from './connections/connection-work.js';
import { checkConnector } from './attachment/connection.js';
import { DetachRule } from './connections/detach-rule.js';
import { DisconnectSaga } from './connections/disconnect.saga.js';
import type { AttachmentTarget } from './attachment/volume-connections.js';
import { type Actor, systemActor } from './history/actor.js';
import { AttachmentHistory } from './history/attachment-history.js';
import type { IdempotencyKey } from './reservations/idempotency-key.js';
import { IdempotentCreates } from './reservations/idempotent-creates.js';
import type { NewAttachment } from './reservations/reservations.js';

/** Use cases of attachments. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly work: ConnectionWork,
    private readonly attachments: AttachmentsRepository,
    private readonly volumes: VolumesRepository,
    private readonly creates: IdempotentCreates,
    private readonly planner: ConnectPlanner,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
    private readonly rule: DetachRule,
    private readonly history: AttachmentHistory,
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
    if (connector === null) {
      const outcome = await this.unitOfWork.run((tx) => this.creates.reserve(tx, ctx, wanted, key));
      return 'earlier' in outcome ? outcome.earlier : outcome.attachment;
    }
    const place = await this.work.placeOf(ctx, wanted.volumeId);
    checkConnector(connector);
    return this.work.begin(place, {
      checkAt: (backend) => backend.validateConnector(connector),
      waiting: 'unlocked',
      plan: async (tx): Promise<ConnectPlan | Settled<AttachmentDetail>> => {
        const outcome = await this.creates.reserve(tx, ctx, wanted, key);
        if ('earlier' in outcome) return new Settled(outcome.earlier);
        return this.planner.forCreate(tx, outcome, connector, ctx);
      },
      carryOut: (session, plan): Promise<AttachmentDetail> => this.connecting.carryOut(session, plan),
    });
  }

  /** Exports the volume to the connector's host. May be repeated, also with another connector. */
  async update(ctx: RequestContext, id: string, connector: Connector): Promise<AttachmentDetail> {
    const { volumeId, backend: name } = await this.locate(ctx, id);
    checkConnector(connector);
    return this.work.begin(
      { volumeId, backend: name, requestId: ctx.requestId },
      {
        plan: (tx, backend) => this.planner.forUpdate(tx, backend, { id, volumeId }, connector, ctx),
        carryOut: (session, plan) => this.connecting.carryOut(session, plan),
      },
    );
  }

  /** Sets the attachment to attached and the volume to in-use, from any state (docs/specification.md#complete). */
  async complete(ctx: RequestContext, id: string): Promise<void> {
    const { volumeId } = await this.show(ctx, id);
    await this.unitOfWork.run(async (tx) => {
      await this.volumes.lockRow(tx, volumeId);
      const attachment = await this.attachments.find(tx, id);
      // Deleted in the meantime: a volume without attachments must not become in-use.
      if (attachment === null) throw new NotFound(notFoundText(id));
      const from = attachment.attachStatus;
      const attachStatus = statusAfter(from, 'completed');
      await this.attachments.update(tx, id, { attachStatus });
      await this.volumes.setStatus(tx, volumeId, 'in-use', 'attached');
      await this.history.record(tx, attachment, { kind: 'completed', by: ctx, from, to: attachStatus });
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
    const attachment = await this.locate(ctx, id);
    const permit = await this.rule.permit(ctx, attachment);
    const { volumeId, backend, hasConnector } = attachment;
    const target = { id, volumeId };
    const remaining = hasConnector ? null : await this.removeUnconnected(target, ctx);
    if (remaining !== null) return remaining;
    return this.work.begin(
      { volumeId, backend, requestId: ctx.requestId },
      {
        plan: (tx) => this.disconnecting.plan(tx, target, ctx, { permit, onFailure }),
        carryOut: (session, plan) => this.disconnecting.carryOut(session, plan),
      },
    );
  }

  /** Removes an attachment that Nova does not use, as the caller has checked. Asks for no further permission. */
  async removeUnused(target: AttachmentTarget, requestId: string): Promise<void> {
    const by = systemActor(requestId);
    if ((await this.removeUnconnected(target, by)) !== null) return;
    const place = await this.work.placeOf({ isAdmin: true, projectId: '', requestId }, target.volumeId);
    await this.work.begin(place, {
      plan: (tx) => this.disconnecting.plan(tx, target, by),
      carryOut: (session, plan) => this.disconnecting.carryOut(session, plan),
    });
  }

  /**
   * Cuts off an attachment's hosts, whatever they do, and removes it.
   * @throws Conflict if the driver does not confirm that no host reaches the volume; as {@link delete}. Nothing has
   * changed then.
   */
  async forceDetach(ctx: RequestContext, id: string): Promise<void> {
    const attachment = await this.locate(ctx, id);
    const permit = await this.rule.permit(ctx, attachment);
    const { volumeId, backend } = attachment;
    const target = { id, volumeId };
    await this.unitOfWork.run((tx) => this.disconnecting.assertHostsKnown(tx, target));
    if ((await this.removeUnconnected(target, ctx)) !== null) return;
    await this.work.begin(
      { volumeId, backend, requestId: ctx.requestId },
      {
        checkAt: ({ name, capabilities }) => {
          if (capabilities.fence === true) return;
          throw new Conflict(
            `The backend ${name} cannot confirm that the host has lost access. Disconnect the volume on the host and delete attachment ${id}.`,
          );
        },
        plan: (tx) => this.disconnecting.plan(tx, target, ctx, { way: 'fence', permit }),
        carryOut: (session, plan) => this.disconnecting.carryOut(session, plan),
      },
    );
  }

  private async locate(ctx: RequestContext, id: string): Promise<LocatedAttachment> {
    const attachment = await this.attachments.locate(ctx, id);
    if (attachment === null) throw new NotFound(notFoundText(id));
    return attachment;
  }

  private async removeUnconnected(target: AttachmentTarget, by: Actor): Promise<Attachment[] | null> {
    return this.unitOfWork.run((tx) => this.disconnecting.removeUnconnected(tx, target, by));
  }
}
