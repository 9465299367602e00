import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { Authenticator } from './authenticator.js';
import { keystoneAuthenticator } from './keystone/index.js';
import { NoauthAuthenticator } from './noauth.authenticator.js';
import { Policies } from './policies.js';
import type { RuleSet } from './policy-file/rule-set.js';
import { PolicyTargets } from './policy.guard.js';

@Global()
@Module({
  providers: [
    PublicEndpoint,
    PolicyTargets,
    {
      provide: Authenticator,
      inject: [CONFIG, PublicEndpoint, LOGGER],
      useFactory: (config: Config, endpoint: PublicEndpoint, log: Logger): Authenticator =>
        config.auth_strategy === 'keystone'
          ? keystoneAuthenticator(config, log)
          : new NoauthAuthenticator(endpoint),
    },
  ],
  exports: [PublicEndpoint, PolicyTargets, Authenticator],
})
export class AuthModule {
  /** @param rules who may do what. */
  static with(rules: RuleSet): DynamicModule {
    return {
      module: AuthModule,
      providers: [{ provide: Policies, useValue: new Policies(rules) }],
      exports: [Policies],
    };
  }
}
