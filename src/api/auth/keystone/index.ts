import type { Logger } from 'pino';
import type { Config } from '../../../platform/config/config.schema.js';
import { readPasswordFile } from '../../../platform/config/password-file.js';
import type { ServerToken } from '../server-token.js';
import { KeystoneAuthenticator } from './keystone.authenticator.js';
import { KeystoneClient } from './keystone-client.js';
import { KeystoneHttp } from './keystone-http.js';
import { OwnToken } from './own-token.js';
import { TokenValidator } from './token-validator.js';

/** Creates the authenticator for the configured Keystone, which it queries with the server's own token. */
export function keystoneAuthenticator(config: Config, own: ServerToken, log: Logger): KeystoneAuthenticator {
  const client = new KeystoneClient(keystoneHttp(config, log), own);
  const tokens = new TokenValidator(
    (token, allowExpired) => client.validate(token, allowExpired),
    config.keystone_token_cache_s * 1000,
  );
  const serviceRoles = config.service_token_roles.split(',').map((role) => role.trim().toLowerCase());
  const url = config.keystone_auth_url ?? '';
  return new KeystoneAuthenticator(tokens, url, new Set(serviceRoles.filter((role) => role !== '')));
}

/** Creates the token source for the configured Keystone user. */
export function keystoneServerToken(config: Config, log: Logger): ServerToken {
  const { keystone_password: password = '', keystone_password_file: file } = config;
  return new OwnToken(keystoneHttp(config, log), {
    username: config.keystone_username,
    password: () => (file === undefined ? password : readPasswordFile(file)),
    userDomainName: config.keystone_user_domain_name,
    projectName: config.keystone_project_name,
    projectDomainName: config.keystone_project_domain_name,
  });
}

function keystoneHttp(config: Config, log: Logger): KeystoneHttp {
  return new KeystoneHttp(config.keystone_auth_url ?? '', config.keystone_timeout_ms, (problem, cause) =>
    log.error({ err: cause }, problem),
  );
}
