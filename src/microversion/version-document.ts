import { MAXIMUM, MINIMUM } from './microversion.js';

/** When the newest version was defined; to be set together with a new last entry of history.ts. */
const UPDATED = '2023-08-31T00:00:00Z';

/**
 * What clients read before anything else (SPEC 23.1): the versions that are served, and where.
 * @param base Address of the server without a trailing slash.
 */
export function versionDocument(base: string): object {
  return {
    versions: [
      {
        id: `v${MINIMUM.toString()}`,
        status: 'CURRENT',
        version: MAXIMUM.toString(),
        min_version: MINIMUM.toString(),
        updated: UPDATED,
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: versionRoot(base) },
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

/** Address below which the API is. */
export function versionRoot(base: string): string {
  return `${base}/v${MAXIMUM.major}/`;
}
