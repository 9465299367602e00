import type { BodySchemas } from '../../api/http/body.js';
import type { JsonSchema } from '../../api/http/json-schema.js';
import { WITHOUT_NUL } from '../../api/http/text-patterns.js';
import { VersionTable } from '../../microversion/version-table.js';

/** Body of a change of a service. */
export interface ServiceChangeBody {
  readonly host?: string;
  readonly binary?: string;
  readonly service?: string;
  readonly cluster?: string | null;
  readonly disabled_reason?: string;
}

const name = (description: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  maxLength: 255,
  pattern: WITHOUT_NUL,
  description,
});

/** Bodies of `PUT /os-services/{action}`. */
export const serviceChangeBodies: BodySchemas = new VersionTable<JsonSchema>([
  'base',
  {
    type: 'object',
    properties: {
      host: { ...name('Host of the service, `clinker@<backend>`. Required.'), minLength: 0 },
      binary: name('`cinder-volume`.'),
      service: name('Older name of `binary`.'),
      cluster: { type: ['string', 'null'], description: 'Ignored: there are no clusters.' },
      disabled_reason: name('Why it is disabled; only of `disable-log-reason`.'),
    },
    anyOf: [{ required: ['binary'] }, { required: ['service'] }],
    additionalProperties: false,
  },
]);
