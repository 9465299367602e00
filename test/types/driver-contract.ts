/** What the types of the contract allow and refuse. Only compiled, by `npm run check:types`. */
import {
  CONTRACT_VERSION,
  defineDriver,
  type ConnectionInfo,
  type DriverFor,
  type ExtendableDriver,
  type FencingDriver,
  type JsonObject,
  type JsonValue,
  type OptionsOf,
  type VolumeDriver,
} from '../../src/drivers/contract/index.js';

/** Compiles only if both types are the same. */
function same<A, B>(_proof: [A, B] extends [B, A] ? true : never): void {
  // Types only.
}

declare const driver: VolumeDriver;
declare const extendable: VolumeDriver & ExtendableDriver;
declare const fencing: VolumeDriver & FencingDriver;

const plain = {
  storageProtocol: 'iSCSI',
  multiattach: false,
  readOnlyExports: false,
  accessControl: 'none',
  extend: 'none',
} as const;
const definition = { name: 'types', contract: CONTRACT_VERSION, optionsSchema: { type: 'object' } } as const;

defineDriver({ ...definition, capabilities: plain, create: () => driver });
defineDriver({ ...definition, capabilities: { ...plain, extend: 'attached' }, create: () => extendable });
defineDriver({ ...definition, capabilities: { ...plain, fence: true }, create: () => fencing });
// @ts-expect-error -- a driver that declares extend has extendVolume
defineDriver({ ...definition, capabilities: { ...plain, extend: 'attached' }, create: () => driver });
// @ts-expect-error -- a driver that declares fence has fenceConnection
defineDriver({ ...definition, capabilities: { ...plain, fence: true }, create: () => driver });
// @ts-expect-error -- there is no such access control
defineDriver({ ...definition, capabilities: { ...plain, accessControl: 'password' }, create: () => driver });
// @ts-expect-error -- create returns the driver, not a promise of it
defineDriver({ ...definition, capabilities: plain, create: () => Promise.resolve(driver) });

const schema = {
  type: 'object',
  required: ['url'],
  properties: {
    url: { type: 'string' },
    mode: { enum: ['thin', 'thick'] },
    timeout_s: { type: 'integer', default: 30 },
    portals: { type: 'array', items: { type: 'string' }, default: [] },
  },
} as const satisfies JsonObject;
interface Options {
  readonly url: string;
  readonly timeout_s: number;
  readonly portals: readonly string[];
  readonly mode?: 'thin' | 'thick';
}
same<OptionsOf<typeof schema>, Options>(true);
defineDriver({
  ...definition,
  capabilities: plain,
  optionsSchema: schema,
  create: (options) => {
    same<typeof options.timeout_s, number>(true);
    // @ts-expect-error -- the schema has no such option
    same<typeof options.password, string>(true);
    return options.timeout_s > 0 ? driver : extendable;
  },
});

/** A schema that is not known in full gives options of any kind. */
declare const unknownSchema: JsonObject;
defineDriver({
  ...definition,
  capabilities: plain,
  optionsSchema: unknownSchema,
  create: (options) => {
    same<(typeof options)[string], JsonValue>(true);
    return options.anything === undefined ? driver : extendable;
  },
});

same<DriverFor<typeof plain>, VolumeDriver>(true);
// @ts-expect-error -- data is plain JSON
same<{ readonly when: Date } extends ConnectionInfo['data'] ? true : false, true>(true);
