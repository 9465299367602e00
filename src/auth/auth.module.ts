import { Global, Module } from '@nestjs/common';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { Authenticator } from './authenticator.js';
import { NoauthAuthenticator } from './noauth.authenticator.js';
import { PolicyTargets } from './policy.guard.js';

@Global()
@Module({
  providers: [PublicEndpoint, PolicyTargets, { provide: Authenticator, useClass: NoauthAuthenticator }],
  exports: [PublicEndpoint, PolicyTargets, Authenticator],
})
export class AuthModule {}
