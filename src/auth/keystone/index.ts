import type { Logger } from 'pino';
import type { Config } from '../../config/config.schema.js';
import { readPasswordFile } from '../../config/password-file.js';
import { KeystoneAuthenticator } from './keystone.authenticator.js';
import { KeystoneClient } from './keystone-client.js';
import { KeystoneHttp } from './keystone-http.js';
import { OwnToken } from './own-token.js';
import { TokenValidator } from './token-validator.js';

/** The authenticator for the Keystone that the configuration names. */
export function keystoneAuthenticator(config: Config, log: Logger): KeystoneAuthenticator {
  const url = config.keystone_auth_url ?? '';
  const http = new KeystoneHttp(url, config.keystone_timeout_ms, (problem, cause) =>
    log.error({ err: cause }, problem),
  );
  const { keystone_password: password = '', keystone_password_file: file } = config;
  const own = new OwnToken(http, {
    username: config.keystone_username,
    password: () => (file === undefined ? password : readPasswordFile(file)),
    userDomainName: config.keystone_user_domain_name,
    projectName: config.keystone_project_name,
    projectDomainName: config.keystone_project_domain_name,
  });
  const client = new KeystoneClient(http, own);
  const tokens = new TokenValidator(
    (token, allowExpired) => client.validate(token, allowExpired),
    config.keystone_token_cache_s * 1000,
  );
  const serviceRoles = config.service_token_roles.split(',').map((role) => role.trim().toLowerCase());
  return new KeystoneAuthenticator(tokens, url, new Set(serviceRoles.filter((role) => role !== '')));
}
