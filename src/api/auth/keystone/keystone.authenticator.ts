import type { Request } from 'express';
import { Forbidden } from '../../../platform/errors.js';
import { type AuthenticationAnswer, Authenticator } from '../authenticator.js';
import type { Identity } from '../request-context.js';
import { isPermitted } from './access-rules.js';
import type { TokenValidator } from './token-validator.js';

/** Authenticates callers by Keystone tokens (docs/specification.md#identity, docs/adr/0009). */
export class KeystoneAuthenticator extends Authenticator {
  private readonly refusal: AuthenticationAnswer;

  constructor(
    private readonly tokens: TokenValidator,
    keystoneUrl: string,
    private readonly serviceRoles: ReadonlySet<string>,
  ) {
    super();
    this.refusal = {
      status: 401,
      headers: { 'WWW-Authenticate': `Keystone uri="${keystoneUrl}"` },
      body: {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      },
    };
  }

  async authenticate(request: Request): Promise<Identity | AuthenticationAnswer> {
    const text = request.get('X-Auth-Token');
    if (text === undefined) return this.refusal;
    const serviceText = request.get('X-Service-Token');
    const isService = serviceText !== undefined;
    // An invalid service token is a forgery or a mistake, not the same as none.
    if (isService && !(await this.isServiceToken(serviceText))) return this.refusal;
    const caller =
      (await this.tokens.validate(text)) ?? (isService ? await this.tokens.validate(text, true) : null);
    if (caller === null) return this.refusal;
    const { userId, projectId, roles, accessRules } = caller;
    // A service acts on the user's behalf with requests of its own, which access rules cannot cover.
    if (
      accessRules !== undefined &&
      !isService &&
      !isPermitted(accessRules, request.method, pathOf(request))
    ) {
      return this.refusal;
    }
    if (projectId === undefined) throw new Forbidden('The token is not scoped to a project.');
    return { userId, projectId, roles, isService };
  }

  private async isServiceToken(text: string): Promise<boolean> {
    const service = await this.tokens.validate(text);
    return service !== null && [...service.roles].some((role) => this.serviceRoles.has(role));
  }
}

function pathOf(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}
