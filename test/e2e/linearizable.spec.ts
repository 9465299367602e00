import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import {
  type Answered,
  isExplained,
  type ModelAttachment,
  type ModelVolume,
  newVolume,
  type Operation,
} from '../support/attachment-model.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** Rounds of each race, and of the random search for one. `npm run chaos -- races` sets more. */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 5);
const TIMEOUT_MS = 30_000 + ROUNDS * 2_000;

const TYPE = `multi-${randomUUID()}`;

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    fake: { latency_ms: { initializeConnection: 2, terminateConnection: 2 } },
    settings: { LOG_LEVEL: 'error' },
  });
  api = server.api;
  await api.send('POST', '/v3/types', {
    volume_type: { name: TYPE, extra_specs: { multiattach: '<is> True' } },
  });
});
afterAll(() => server.close());

/** Servers that attach; each volume has its own ids for them. */
const INSTANCES = ['one', 'two'] as const;
const HOSTS = ['host-a', 'host-b'] as const;

/** A volume under test, with the expected state. */
class Subject {
  private readonly ids = new Map<string, string>();
  private readonly instances = new Map(INSTANCES.map((name) => [name as string, randomUUID()]));
  private model: ModelVolume;

  private constructor(
    private readonly volume: string,
    multiattach: boolean,
  ) {
    this.model = newVolume(multiattach);
  }

  static async make(multiattach: boolean): Promise<Subject> {
    return new Subject(await api.volume(multiattach ? { volume_type: TYPE } : {}), multiattach);
  }

  /** Runs the operations concurrently, each after its delay, and checks the outcome. */
  async meet(operations: readonly { operation: Operation; delayMs: number }[]): Promise<void> {
    const answered = await Promise.all(
      operations.map(async ({ operation, delayMs }): Promise<Answered> => {
        if (delayMs > 0) await sleep(delayMs);
        return { operation, status: (await this.perform(operation)).status };
      }),
    );
    const after = await this.observe();
    if (!isExplained(this.model, answered, after)) {
      expect({ before: this.model, answered, after }).toBe('what some order of the operations explains');
    }
    this.model = after;
  }

  async inTurn(...operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) await this.meet([{ operation, delayMs: 0 }]);
  }

  /** Cleans up: whatever happened before, every volume can be detached and deleted. */
  async end(): Promise<void> {
    if (this.model.status === 'gone') return;
    for (const name of Object.keys(this.model.attachments)) await this.inTurn({ act: 'delete', name });
    await this.inTurn({ act: 'delete-volume' });
    expect(this.model.status).toBe('gone');
  }

  private async perform(operation: Operation): Promise<Answer> {
    switch (operation.act) {
      case 'create': {
        const answer = await api.create(this.volume, {
          instance_uuid: this.instances.get(operation.instance),
          ...(operation.host === null ? {} : { connector: aConnector(operation.host) }),
        });
        if (answer.status === 200) this.ids.set(operation.name, answer.body.attachment.id);
        return answer;
      }
      case 'update':
        return api.update(this.idOf(operation.name), aConnector(operation.host));
      case 'complete':
        return api.complete(this.idOf(operation.name));
      case 'delete':
        return api.delete(this.idOf(operation.name));
      case 'delete-volume':
        return api.send('DELETE', `/v3/volumes/${this.volume}`);
    }
  }

  private idOf(name: string): string {
    return this.ids.get(name) ?? randomUUID();
  }

  /** The actual state, from rows and backend; checks the attachments' hosts against the admitted ones. */
  private async observe(): Promise<ModelVolume> {
    const shown = await api.get(`/v3/volumes/${this.volume}`);
    const isGone = shown.status === 404 || shown.body.volume.status === 'deleting';
    const { body } = await api.get(`/v3/attachments/detail?volume_id=${this.volume}`);
    const names = new Map([...this.ids].map(([name, id]) => [id, name]));
    const instances = new Map([...this.instances].map(([name, id]) => [id, name]));
    const attachments = (body.attachments as any[]).map(({ id, instance, status, connection_info: info }) => [
      names.get(id) ?? `unknown ${id}`,
      { instance: instances.get(instance), status, host: info.attachment_id === undefined ? null : '?' },
    ]);
    return {
      multiattach: this.model.multiattach,
      status: isGone ? 'gone' : shown.body.volume.status,
      attachments: await this.withHosts(Object.fromEntries(attachments)),
    };
  }

  private async withHosts(
    attachments: Record<string, ModelAttachment>,
  ): Promise<Record<string, ModelAttachment>> {
    const rows: { id: string; attachedHost: string | null }[] = await server.app
      .get(UnitOfWork)
      .run((tx) => tx.manager.findBy(AttachmentEntity, { volumeId: this.volume }));
    const hosts = new Map(rows.map(({ id, attachedHost }) => [id, attachedHost]));
    const admitted = (await server.admitted())[this.volume] ?? null;
    const wanted = [...new Set([...hosts.values()].filter((host) => host !== null))].sort();
    expect(admitted?.map((initiator) => initiator.split(':').at(-1)).sort() ?? []).toEqual(wanted);
    expect(admitted !== null).toBe(wanted.length > 0);
    return Object.fromEntries(
      Object.entries(attachments).map(([name, attachment]) => {
        const host = hosts.get(this.ids.get(name) ?? '') ?? null;
        expect(attachment.host !== null).toBe(host !== null);
        return [name, { ...attachment, host }];
      }),
    );
  }
}

const create = (name: string, host: string | null = null, instance: string = INSTANCES[0]): Operation => ({
  act: 'create',
  name,
  instance,
  host,
});
const update = (name: string, host: string = HOSTS[0]): Operation => ({ act: 'update', name, host });
const complete = (name: string): Operation => ({ act: 'complete', name });
const remove = (name: string): Operation => ({ act: 'delete', name });
const removeVolume: Operation = { act: 'delete-volume' };

const RESERVED = [create('a')];
const CONNECTED = [create('a', HOSTS[0])];
const ATTACHED = [...CONNECTED, complete('a')];

/** The initial operations, and the operations that race. */
const RACES: Readonly<
  Record<string, readonly [before: readonly Operation[], ...rest: readonly Operation[]]>
> = {
  'create beside create': [[], create('a', null, 'one'), create('b', null, 'two')],
  'create beside create, with connectors': [[], create('a', HOSTS[0], 'one'), create('b', HOSTS[1], 'two')],
  'create beside create of one server': [[], create('a'), create('b')],
  'update beside delete': [RESERVED, update('a'), remove('a')],
  'update to another host beside delete': [ATTACHED, update('a', HOSTS[1]), remove('a')],
  'update beside update': [RESERVED, update('a', HOSTS[0]), update('a', HOSTS[1])],
  'update beside complete': [CONNECTED, update('a', HOSTS[1]), complete('a')],
  'complete beside delete': [CONNECTED, complete('a'), remove('a')],
  'delete beside delete': [ATTACHED, remove('a'), remove('a'), remove('a')],
  'delete beside the deletion of the volume': [ATTACHED, remove('a'), removeVolume],
  'create beside the deletion of the volume': [[], create('a', HOSTS[0]), removeVolume],
  'detach beside attach': [ATTACHED, remove('a'), create('b', HOSTS[1], 'two')],
  'detach beside attach, complete and another detach': [
    ATTACHED,
    remove('a'),
    create('b', HOSTS[1], 'two'),
    complete('a'),
    remove('a'),
  ],
};

const delays = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 4 });

describe.each([
  ['plain', false],
  ['multiattach', true],
])('on a %s volume', (_kind, multiattach) => {
  it.each(Object.entries(RACES))(
    '%s',
    async (_title, [before, ...operations]) => {
      await fc.assert(
        fc.asyncProperty(delays, async (delayMs) => {
          const subject = await Subject.make(multiattach);
          await subject.inTurn(...before);
          await subject.meet(
            operations.map((operation, index) => ({ operation, delayMs: delayMs[index] ?? 0 })),
          );
          await subject.end();
        }),
        { numRuns: ROUNDS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'any operations that meet are as if they had come one after the other',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyStep, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
          async (waves) => {
            const subject = await Subject.make(multiattach);
            for (const [number, wave] of waves.entries()) {
              await subject.meet(
                wave.map(({ delayMs, ...step }, index) => ({
                  delayMs,
                  operation: operationOf(step, number * 4 + index),
                })),
              );
            }
            await subject.end();
          },
        ),
        { numRuns: ROUNDS },
      );
    },
    TIMEOUT_MS * 4,
  );
});

/** A generated operation; `pick` selects an attachment made so far, or an unknown one. */
interface Drawn {
  readonly act: Operation['act'];
  readonly pick: number;
  readonly host: string;
  readonly instance: string;
  readonly isConnected: boolean;
}

const anyStep: fc.Arbitrary<Drawn & { readonly delayMs: number }> = fc.record({
  act: fc.constantFrom<Operation['act'][]>(
    'create',
    'create',
    'update',
    'update',
    'complete',
    'delete',
    'delete-volume',
  ),
  pick: fc.nat(7),
  host: fc.constantFrom(...HOSTS),
  instance: fc.constantFrom(...INSTANCES),
  isConnected: fc.boolean(),
  delayMs: fc.nat(6),
});

function operationOf({ act, pick, host, instance, isConnected }: Drawn, number: number): Operation {
  const name = String(pick);
  switch (act) {
    case 'create':
      return create(String(number), isConnected ? host : null, instance);
    case 'update':
      return update(name, host);
    case 'complete':
      return complete(name);
    case 'delete':
      return remove(name);
    case 'delete-volume':
      return removeVolume;
  }
}
