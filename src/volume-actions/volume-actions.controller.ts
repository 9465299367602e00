import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { LegacyConnectSaga, LegacyDisconnectSaga } from '../attachments/index.js';
import { Ctx } from '../auth/context.decorator.js';
import { Policy } from '../auth/policy.guard.js';
import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import type { Connector } from '../drivers/contract/index.js';
import { AcceptsActions, namedAction, WireBody } from '../http/body.js';
import type { Microversion } from '../microversion/microversion.js';
import { RequestedVersion, Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../openapi/describes.js';
import { parseBoolean, parseSize, VolumeDeletionService, VolumeExtensionService } from '../volumes/index.js';
import { LegacyAttachService } from './legacy-attach.service.js';
import { StatusResetService } from './status-reset.service.js';
import { volumeActionDocs } from './volume-action.docs.js';
import { ACTION_BODIES, ACTION_RULES, type ActionName, type ActionValues } from './volume-actions.js';
import { VolumeMarksService } from './volume-marks.service.js';

/** Which volume an action is for, and what its body says. */
interface ActionCall<Value> {
  readonly ctx: RequestContext;
  readonly volumeId: string;
  readonly version: Microversion;
  readonly value: Value;
}

/** What is answered; without a body where there is none. */
interface ActionAnswer {
  readonly status: number;
  readonly body?: object;
}

type Handlers = {
  readonly [Name in ActionName]: (call: ActionCall<ActionValues[Name]>) => Promise<ActionAnswer>;
};

/** The actions of volumes (SPEC 22): one route, whose body says what is to be done. */
@Controller('v3/volumes/:volume_id/action')
export class VolumeActionsController {
  private readonly handlers: Handlers = {
    'os-reserve': ({ ctx, volumeId }) => accepted(this.marks.reserve(ctx, volumeId)),
    'os-unreserve': ({ ctx, volumeId }) => accepted(this.marks.unreserve(ctx, volumeId)),
    'os-begin_detaching': ({ ctx, volumeId }) => accepted(this.marks.beginDetaching(ctx, volumeId)),
    'os-roll_detaching': ({ ctx, volumeId }) => accepted(this.marks.rollDetaching(ctx, volumeId)),
    'os-initialize_connection': async ({ ctx, volumeId, value }) => ({
      status: 200,
      body: {
        connection_info: await this.connecting.initialize(ctx, volumeId, asConnector(value.connector)),
      },
    }),
    'os-terminate_connection': ({ ctx, volumeId, value }) =>
      accepted(
        this.disconnecting.terminate(
          ctx,
          volumeId,
          value.connector === null ? null : asConnector(value.connector),
        ),
      ),
    'os-force_detach': ({ ctx, volumeId, value }) =>
      accepted(this.attaching.forceDetach(ctx, volumeId, value.attachment_id ?? null)),
    'os-force_delete': ({ ctx, volumeId }) => accepted(this.deletion.delete(ctx, volumeId, true)),
    'os-attach': ({ ctx, volumeId, value }) => accepted(this.attaching.attach(ctx, volumeId, value)),
    'os-detach': ({ ctx, volumeId, value }) =>
      accepted(this.attaching.detach(ctx, volumeId, value?.attachment_id ?? null)),
    'os-extend': ({ ctx, volumeId, version, value }) =>
      accepted(
        this.extension.extend(
          ctx,
          volumeId,
          parseSize('new_size', value.new_size),
          version.has('extend-in-use'),
        ),
      ),
    'os-set_bootable': async ({ ctx, volumeId, value }) => {
      await this.marks.setBootable(ctx, volumeId, isTrue(value.bootable));
      return { status: 200 };
    },
    'os-update_readonly_flag': ({ ctx, volumeId, value }) =>
      accepted(this.marks.setReadonly(ctx, volumeId, isTrue(value.readonly))),
    'os-reset_status': ({ ctx, volumeId, value }) => accepted(this.resets.reset(ctx, volumeId, value)),
  };

  constructor(
    private readonly marks: VolumeMarksService,
    private readonly resets: StatusResetService,
    private readonly attaching: LegacyAttachService,
    private readonly connecting: LegacyConnectSaga,
    private readonly disconnecting: LegacyDisconnectSaga,
    private readonly extension: VolumeExtensionService,
    private readonly deletion: VolumeDeletionService,
  ) {}

  @Post()
  @HttpCode(202)
  @Since('base')
  @Policy(ACTION_RULES, 'volume')
  @AcceptsActions(ACTION_BODIES)
  @Describes(volumeActionDocs.act)
  async act(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @WireBody() body: Readonly<Record<string, unknown>>,
    @RequestedVersion() version: Microversion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const name = namedAction(body) as ActionName;
    // The schema of the action has checked that its value is what its handler takes.
    const handle = this.handlers[name] as (call: ActionCall<unknown>) => Promise<ActionAnswer>;
    const answer = await handle({ ctx, volumeId, version, value: body[name] });
    response.status(answer.status);
    return answer.body;
  }
}

async function accepted(work: Promise<void>): Promise<ActionAnswer> {
  await work;
  return { status: 202 };
}

/** Cinder's schema takes texts, which no driver can do anything with. */
function asConnector(connector: object | string): Connector {
  if (typeof connector === 'object' && !Array.isArray(connector)) return connector as Connector;
  throw new InvalidInput('Invalid input received: The connector must be an object.');
}

function isTrue(value: boolean | string): boolean {
  return parseBoolean(String(value)) === true;
}
