import { All, Controller, HttpCode, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError, NotFound } from '../../platform/errors.js';
import { edgeOf } from '../http/edge.js';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { sendJson } from '../http/send-json.js';
import { Since, Unversioned } from '../../microversion/microversion.decorators.js';
import { negotiate, VERSION_HEADER } from '../../microversion/negotiation.js';
import { versionDocument, versionRoot } from './version-document.js';

/** Discovery documents of the API and its versions, for any method and without identity. */
@Controller()
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

  // Nest strips a trailing slash from a path, but keeps one in an optional group. The route above serves /v3 itself.
  @All('v3{/}')
  @HttpCode(200)
  @Since('base')
  v3(@Req() request: Request): object {
    // A project id alone is no resource.
    if (edgeOf(request).urlProjectId !== undefined) throw new NotFound();
    return versionDocument(this.endpoint.of(request));
  }
}

/**
 * Sets the version headers for the requested version. An unsupported version is no fault here, where clients discover
 * the supported ones.
 */
function nameVersion(request: Request, response: Response): void {
  try {
    const version = negotiate(request.get(VERSION_HEADER));
    response.setHeader(VERSION_HEADER, `volume ${version.toString()}`);
    response.setHeader('Vary', VERSION_HEADER);
  } catch (refusal) {
    if (!(refusal instanceof DomainError)) throw refusal;
  }
}
