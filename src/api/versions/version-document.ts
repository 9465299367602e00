import { LAST_DEFINED_AT } from '../../microversion/history.js';
import { MAXIMUM, MINIMUM } from '../../microversion/microversion.js';

/**
 * Builds the discovery document (docs/specification.md#discovery): the supported versions and their links.
 * @param base address of the server without a trailing slash.
 */
export function versionDocument(base: string): object {
  return {
    versions: [
      {
        id: `v${MINIMUM.toString()}`,
        status: 'CURRENT',
        version: MAXIMUM.toString(),
        min_version: MINIMUM.toString(),
        updated: LAST_DEFINED_AT,
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: versionRoot(base) },
          // Where to go from here (RFC 8631).
          { rel: 'service-doc', type: 'text/html', href: `${base}/docs` },
          { rel: 'service-desc', type: 'application/json', href: `${base}/openapi.json` },
        ],
        'media-types': [
          {
            base: 'application/json',
            type: `application/vnd.openstack.volume+json;version=${MAXIMUM.major}`,
          },
        ],
      },
    ],
  };
}

/** Returns the base URL of the API. */
export function versionRoot(base: string): string {
  return `${base}/v${MAXIMUM.major}/`;
}
