import { All, Controller, HttpCode, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DomainError, NotFound } from '../common/errors.js';
import { edgeOf } from '../http/edge.js';
import { GENERIC } from '../http/faults.js';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { sendJson } from '../http/send-json.js';
import { Since, Unversioned } from './microversion.decorators.js';
import { negotiate, VERSION_HEADER } from './negotiation.js';
import { versionDocument, versionRoot } from './version-document.js';

/** The documents by which clients find the API and its versions, by any method and without identity. */
@Controller()
@ApiExcludeController()
export class VersionsController {
  constructor(private readonly endpoint: PublicEndpoint) {}

  @All()
  @HttpCode(300)
  @Unversioned()
  root(@Req() request: Request, @Res({ passthrough: true }) response: Response): object {
    nameVersion(request, response);
    return versionDocument(this.endpoint.of(request));
  }

  @All('v3')
  @Unversioned()
  redirect(@Req() request: Request, @Res() response: Response): void {
    response.setHeader('Location', versionRoot(this.endpoint.of(request)));
    sendJson(response, 302);
  }

  // Nest takes a slash off the end of a path, but leaves one in an optional group; the route above has /v3 itself.
  @All('v3{/}')
  @HttpCode(200)
  @Since('base')
  v3(@Req() request: Request): object {
    // A project alone is no resource.
    if (edgeOf(request).urlProjectId !== undefined) throw new NotFound(GENERIC[404]);
    return versionDocument(this.endpoint.of(request));
  }
}

/** Names the version that the client asks for. One that is not served is no fault here: where else would it find out? */
function nameVersion(request: Request, response: Response): void {
  try {
    const version = negotiate(request.get(VERSION_HEADER));
    response.setHeader(VERSION_HEADER, `volume ${version.toString()}`);
    response.setHeader('Vary', VERSION_HEADER);
  } catch (refusal) {
    if (!(refusal instanceof DomainError)) throw refusal;
  }
}
