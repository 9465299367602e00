import type { JsonValue } from 'clinker-driver';
import type { HttpAnswer, HttpRequest } from '../src/http.js';
import type { Chap } from '../src/storage.js';
import type { Transport } from '../src/transport.js';
import { MockStorage } from './mock-storage.js';

const DONE: HttpAnswer = { status: 204, body: null };
const ABSENT: HttpAnswer = { status: 404, body: null };
const FULL: HttpAnswer = { status: 507, body: null };

/** Answers requests as the appliance does. */
export function answersOf(storage: MockStorage): Transport<HttpRequest, HttpAnswer> {
  return async (request, signal) => {
    signal.throwIfAborted();
    return Promise.resolve(answer(storage, request));
  };
}

function answer(storage: MockStorage, { method, path, body = {} }: HttpRequest): HttpAnswer {
  const { pathname, searchParams } = new URL(path, 'http://appliance.example');
  const [collection, id = '', part, name = ''] = pathname.slice(1).split('/').map(decodeURIComponent);
  const route = `${method} ${[collection, part].filter((word) => word !== undefined).join('/')}`;
  switch (route) {
    case 'GET capacity':
      return ok({ ...storage.capacity });
    case 'GET targets':
      return ok(
        storage
          .exports(searchParams.get('after') ?? '', Number(searchParams.get('limit')))
          .map((one) => ({ ...one })),
      );
    case 'GET volumes': {
      const volume = storage.volumes.get(id);
      return volume === undefined ? ABSENT : ok(plain(volume));
    }
    case 'PUT volumes':
      return storage.set(id, Number(body.size_gib)) ? DONE : FULL;
    case 'PUT volumes/size':
      if (!storage.volumes.has(id)) return ABSENT;
      return storage.set(id, Number(body.size_gib)) ? DONE : FULL;
    case 'DELETE volumes':
      storage.volumes.delete(id);
      return DONE;
    case 'PUT volumes/target': {
      const target = storage.export(id, body as unknown as Chap);
      return target === null ? ABSENT : ok(plain(target));
    }
    case 'DELETE volumes/target':
      storage.unexport(id);
      return DONE;
    case 'PUT volumes/hosts':
      return storage.admit(id, name) ? DONE : ABSENT;
    case 'DELETE volumes/hosts':
      storage.evict(id, name);
      return DONE;
    default:
      return ABSENT;
  }
}

function ok(body: JsonValue): HttpAnswer {
  return { status: 200, body };
}

function plain(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
