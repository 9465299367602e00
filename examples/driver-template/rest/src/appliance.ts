import { DriverError, type BackendStats, type ExportPage, type JsonValue } from 'clinker-driver';
import { exportsIn, numberIn, objectIn, targetIn, volumeIn } from './answer.js';
import type { HttpAnswer, HttpRequest } from './http.js';
import type { Chap, FoundVolume, ListedExport, Storage, Target } from './storage.js';
import type { Transport } from './transport.js';

/** An appliance with a REST API. Its requests are PUT and DELETE, so each may be repeated. */
export class Appliance implements Storage {
  constructor(private readonly send: Transport<HttpRequest, HttpAnswer>) {}

  async check(signal: AbortSignal): Promise<void> {
    await this.capacity(signal);
  }

  async create(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'PUT', path: `/volumes/${volumeId}`, body: { size_gib: sizeGib } }, signal);
  }

  async grow(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'PUT', path: `/volumes/${volumeId}/size`, body: { size_gib: sizeGib } }, signal);
  }

  async remove(volumeId: string, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'DELETE', path: `/volumes/${volumeId}` }, signal);
  }

  async export(volumeId: string, { username, password }: Chap, signal: AbortSignal): Promise<Target> {
    const body = { username, password };
    return targetIn(await this.ask({ method: 'PUT', path: `/volumes/${volumeId}/target`, body }, signal));
  }

  async unexport(volumeId: string, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'DELETE', path: `/volumes/${volumeId}/target` }, signal);
  }

  async admit(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'PUT', path: hostPath(volumeId, initiator) }, signal);
  }

  async evict(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'DELETE', path: hostPath(volumeId, initiator) }, signal);
  }

  async find(volumeId: string, signal: AbortSignal): Promise<FoundVolume | null> {
    const answer = await this.send({ method: 'GET', path: `/volumes/${volumeId}` }, signal);
    return answer.status === 404 ? null : volumeIn(bodyOf(answer));
  }

  async exports({ after, limit }: ExportPage, signal: AbortSignal): Promise<readonly ListedExport[]> {
    const query = new URLSearchParams({ after: after ?? '', limit: String(limit) });
    return exportsIn(await this.ask({ method: 'GET', path: `/targets?${query.toString()}` }, signal));
  }

  async capacity(signal: AbortSignal): Promise<BackendStats> {
    const { total_gib: total, free_gib: free } = objectIn(
      await this.ask({ method: 'GET', path: '/capacity' }, signal),
    );
    return { totalGib: numberIn(total, 'total_gib'), freeGib: numberIn(free, 'free_gib') };
  }

  private async ask(request: HttpRequest, signal: AbortSignal): Promise<JsonValue> {
    return bodyOf(await this.send(request, signal));
  }
}

function hostPath(volumeId: string, initiator: string): string {
  return `/volumes/${volumeId}/hosts/${encodeURIComponent(initiator)}`;
}

/** @throws DriverError for a status that is no success. Its code decides what the server does. */
function bodyOf({ status, body }: HttpAnswer): JsonValue {
  if (status >= 200 && status < 300) return body;
  switch (status) {
    case 401:
    case 403:
      throw new DriverError('INTERNAL', 'the appliance refuses the token: correct the option api_token');
    case 404:
      throw new DriverError('NOT_FOUND', 'the appliance does not know the volume, or it is not exported');
    case 409:
      throw new DriverError('FAILED_PRECONDITION', 'the state of the volume forbids it');
    case 507:
      throw new DriverError('RESOURCE_EXHAUSTED', 'the appliance is full');
    case 503:
      throw new DriverError('UNAVAILABLE', 'the appliance is not ready');
    default:
      throw new DriverError('INTERNAL', `the appliance answers with status ${String(status)}`);
  }
}
