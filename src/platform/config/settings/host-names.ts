import { z } from 'zod';
import { addressOf, hostNameOf } from '../../hosts/host-name.js';
import { hostInUrl } from '../../hosts/host-in-url.js';

/** Host names and addresses without ports, as a comma-separated text or a list; each is normalized. */
export const hostNames = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((names, context): readonly string[] =>
    names.map((name) => {
      const bare = name.trim().replace(/^\[(.*)\]$/, '$1');
      const url = addressOf(hostInUrl(bare));
      if (url?.port === '') return hostNameOf(url);
      context.addIssue({
        code: 'custom',
        message: `${name.trim()} is not a host name or address without a port`,
      });
      return z.NEVER;
    }),
  )
  .default([]);
