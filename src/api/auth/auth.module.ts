import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { FirstRequest } from '../../microversion/first-request.js';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { Authenticator } from './authenticator.js';
import { keystoneAuthenticator, keystoneServerToken } from './keystone/index.js';
import { NoauthFirstRequest } from './noauth-first-request.js';
import { NoauthAuthenticator } from './noauth.authenticator.js';
import { Policies } from './policies.js';
import type { RuleSet } from './policy-file/rule-set.js';
import { PolicyTargets } from './policy.guard.js';
import { NoauthServerToken, ServerToken } from './server-token.js';

@Global()
@Module({
  providers: [
    PublicEndpoint,
    PolicyTargets,
    {
      provide: Authenticator,
      inject: [CONFIG, PublicEndpoint, ServerToken, LOGGER],
      useFactory: (config: Config, endpoint: PublicEndpoint, own: ServerToken, log: Logger): Authenticator =>
        config.auth_strategy === 'keystone'
          ? keystoneAuthenticator(config, own, log)
          : new NoauthAuthenticator(endpoint),
    },
    {
      provide: FirstRequest,
      inject: [CONFIG, PublicEndpoint],
      useFactory: (config: Config, endpoint: PublicEndpoint): FirstRequest =>
        config.auth_strategy === 'keystone' ? new FirstRequest() : new NoauthFirstRequest(endpoint),
    },
    {
      provide: ServerToken,
      inject: [CONFIG, LOGGER],
      useFactory: (config: Config, log: Logger): ServerToken =>
        config.auth_strategy === 'keystone' ? keystoneServerToken(config, log) : new NoauthServerToken(),
    },
  ],
  exports: [PublicEndpoint, PolicyTargets, Authenticator, FirstRequest, ServerToken],
})
export class AuthModule {
  /** @param rules policy rules in force. */
  static with(rules: RuleSet): DynamicModule {
    return {
      module: AuthModule,
      providers: [{ provide: Policies, useValue: new Policies(rules) }],
      exports: [Policies],
    };
  }
}
