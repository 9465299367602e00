import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Ctx } from '../api/auth/context.decorator.js';
import { Policy } from '../api/auth/policy.guard.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { AcceptsActions, namedAction, WireBody } from '../api/http/body.js';
import { Describes } from '../api/openapi/describes.js';
import type { Microversion } from '../microversion/microversion.js';
import { RequestedVersion, Since } from '../microversion/microversion.decorators.js';
import { ActionServices } from './action-services.js';
import { bodiesOf, rulesOf, type VolumeAction } from './define-action.js';
import { volumeActionDocs } from './volume-action.docs.js';
import { VOLUME_ACTIONS } from './volume-actions.js';

/** The volume actions (docs/specification.md#volume-actions): one route; the body names the action. */
@Controller('v3/volumes/:volume_id/action')
export class VolumeActionsController {
  constructor(private readonly services: ActionServices) {}

  @Post()
  @HttpCode(202)
  @Since('base')
  @Policy(rulesOf(VOLUME_ACTIONS), 'volume')
  @AcceptsActions(bodiesOf(VOLUME_ACTIONS))
  @Describes(volumeActionDocs.act)
  async act(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @WireBody() body: Readonly<Record<string, unknown>>,
    @RequestedVersion() version: Microversion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const name = namedAction(body);
    // The guards have checked that the action exists and that its value matches the schema.
    const { handle } = VOLUME_ACTIONS[name] as VolumeAction<unknown>;
    const answer = await handle(this.services, { ctx, volumeId, version, value: body[name] });
    response.status(answer.status);
    return answer.body;
  }
}
