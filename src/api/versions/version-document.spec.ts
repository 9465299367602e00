import { describe, expect, it } from '@jest/globals';
import { MAXIMUM, MINIMUM } from '../../microversion/microversion.js';
import { versionDocument, versionRoot } from './version-document.js';

describe('the version document', () => {
  it('has all that clients require, with addresses that they can reach', () => {
    expect(versionDocument('https://volume.example.org')).toEqual({
      versions: [
        {
          id: 'v3.0',
          status: 'CURRENT',
          version: MAXIMUM.toString(),
          min_version: MINIMUM.toString(),
          updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          links: [
            { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
            { rel: 'self', href: 'https://volume.example.org/v3/' },
            { rel: 'service-doc', type: 'text/html', href: 'https://volume.example.org/docs' },
            {
              rel: 'service-desc',
              type: 'application/json',
              href: 'https://volume.example.org/openapi.json',
            },
          ],
          'media-types': [
            { base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' },
          ],
        },
      ],
    });
  });

  it('stands where /v3 redirects to', () => {
    expect(versionRoot('http://localhost:8776')).toBe('http://localhost:8776/v3/');
  });
});
