import type { Logger } from 'pino';
import type { Config } from '../../config/config.schema.js';
import { KeystoneAuthenticator } from './keystone.authenticator.js';
import { KeystoneClient } from './keystone-client.js';
import { TokenValidator } from './token-validator.js';

/** The authenticator for the Keystone that the configuration names. */
export function keystoneAuthenticator(config: Config, log: Logger): KeystoneAuthenticator {
  const url = config.keystone_auth_url ?? '';
  const client = new KeystoneClient(
    {
      url,
      username: config.keystone_username,
      password: config.keystone_password ?? '',
      userDomainName: config.keystone_user_domain_name,
      projectName: config.keystone_project_name,
      projectDomainName: config.keystone_project_domain_name,
      timeoutMs: config.keystone_timeout_ms,
    },
    (problem, cause) => log.error({ err: cause }, problem),
  );
  const tokens = new TokenValidator(
    (token, allowExpired) => client.validate(token, allowExpired),
    config.keystone_token_cache_s * 1000,
  );
  const serviceRoles = config.service_token_roles.split(',').map((role) => role.trim().toLowerCase());
  return new KeystoneAuthenticator(tokens, url, new Set(serviceRoles.filter((role) => role !== '')));
}
