import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type DomainError, InvalidInput, Unavailable } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { backendTraits, selectsBackend, unmetSpec, type VolumeType } from '../types/index.js';
import { type BackendServiceRow, BackendServicesRepository } from './backend-services.repository.js';
import { BackendServices } from './backend-services.service.js';
import { Capacities } from './capacities.js';
import { ceilingGib, NO_CEILING } from './capacity.js';
import { type PoolRules, poolRules, zonesOf } from './pool-rules.js';

/** A volume to be placed. */
export interface Request {
  readonly type: VolumeType | null;
  readonly sizeGib: number;
  readonly zone: string;
  readonly multiattach: boolean;
  /** Backends that have already failed to create it. */
  readonly attempted?: readonly string[];
  readonly requestId: string;
}

/** A backend that may get the volume. */
export interface Candidate {
  readonly backend: KnownBackend;
  /** Size in GiB that its volumes may reach in all. */
  readonly ceilingGib: number;
}

/** A candidate, as the journal entry of a creation names it for the volume node that does the work. */
export type RecordedCandidate = {
  readonly backend: string;
  readonly ceilingGib: number;
};

/** Why a backend does not get the volume. */
interface Refusal {
  /** `unfit` for good; `closed` until an operator acts or volumes go; `down` until it answers. */
  readonly kind: 'unfit' | 'closed' | 'down';
  /** For the log. */
  readonly why: string;
  /** For the client, if no backend gets further. */
  readonly fault: DomainError;
}

interface Judged {
  readonly backend: KnownBackend;
  readonly verdict: Refusal | { readonly ceilingGib: number; readonly weight: number };
}

/** Seconds after which a backend that did not tell its space may be tried again. */
const RETRY_S = 5;

/** Cinder's text. */
const NONE_FOUND = 'No valid backend was found. No weighed backends available';

/**
 * Chooses the backend of a new volume as Cinder's scheduler does: filters, then a weigher by free capacity
 * (docs/adr/0042).
 */
@Injectable()
export class Scheduler {
  constructor(
    private readonly backends: BackendDirectory,
    private readonly services: BackendServices,
    private readonly rows: BackendServicesRepository,
    private readonly capacities: Capacities,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The availability zones that a volume may be placed in. */
  zones(): readonly string[] {
    return zonesOf(this.config, this.backends.all());
  }

  /**
   * The backends that may get the volume, best first; at least one.
   * @throws InvalidInput if none may; Unavailable if that may change once a backend answers or a volume node joins.
   */
  async candidates(request: Request): Promise<readonly Candidate[]> {
    const rows = await this.services.rows();
    const judged = await Promise.all(
      this.backends.all().map(async (backend) => ({
        backend,
        verdict: await this.judge(backend, rows.get(backend.name), request),
      })),
    );
    const weighed = judged.flatMap(({ backend, verdict }) =>
      'kind' in verdict ? [] : [{ backend, ...verdict }],
    );
    // The sort is stable: of equals, the first one in the configuration.
    if (weighed.length > 0) return weighed.sort((one, other) => other.weight - one.weight);
    throw this.noneFound(judged, request);
  }

  /**
   * Takes the volume's space from the first candidate that still has it, in the transaction that places the volume.
   * @throws InvalidInput if none has it any more.
   */
  async take(tx: Tx, candidates: readonly Candidate[], sizeGib: number): Promise<KnownBackend> {
    const taken = await this.takeRecorded(tx, candidates.map(recordedCandidate), sizeGib);
    const found = candidates.find(({ backend }) => backend.name === taken);
    if (found === undefined) throw noRoom(sizeGib);
    return found.backend;
  }

  /** As {@link take}, by what a journal entry names; returns the backend's name. */
  async takeRecorded(tx: Tx, candidates: readonly RecordedCandidate[], sizeGib: number): Promise<string> {
    for (const { backend, ceilingGib } of candidates)
      if (await this.rows.take(tx, backend, sizeGib, ceilingGib)) return backend;
    throw noRoom(sizeGib);
  }

  /** Those of recorded candidates whose processes report that they answer. */
  async answering(candidates: readonly RecordedCandidate[]): Promise<RecordedCandidate[]> {
    const rows = await this.services.rows();
    return candidates.filter(({ backend }) => rows.get(backend)?.isReportedUp === true);
  }

  /** Counts a volume that left its backend, or that has grown there. */
  async grow(tx: Tx, backend: string, volumes: number, gigabytes: number): Promise<void> {
    await this.rows.grow(tx, backend, { volumes, gigabytes });
  }

  private async judge(
    backend: KnownBackend,
    row: BackendServiceRow | undefined,
    request: Request,
  ): Promise<Judged['verdict']> {
    const rules = poolRules(this.config, backend);
    const refusal = this.unfit(backend, rules, request) ?? closed(row, request) ?? down(backend);
    if (refusal !== null) return refusal;
    const space = await this.capacities.of(backend, request.requestId);
    if (space === null) return silent(backend);
    const ceiling = ceilingGib(space, { ...rules, isThin: rules.isThin && !wantsThick(request.type) });
    const freeGib = ceiling - (row?.gigabytes ?? 0);
    if (freeGib < request.sizeGib) return full(freeGib, request);
    // As in Cinder, a backend that does not tell its capacity comes last.
    return { ceilingGib: ceiling, weight: ceiling === NO_CEILING ? -1 : freeGib };
  }

  private unfit(
    { name, capabilities }: KnownBackend,
    { zone }: PoolRules,
    { type, zone: wanted, multiattach, attempted = [] }: Request,
  ): Refusal | null {
    const unmet = type === null ? null : unmetSpec(type, backendTraits(name, capabilities.storageProtocol));
    if (unmet !== null)
      return unfit(
        `does not meet ${unmet}`,
        `the volume type ${type?.name ?? ''} requires ${unmet}, and no configured backend meets all its requirements`,
      );
    const { default_backend: pinned } = this.config;
    if (pinned !== undefined && pinned !== name && (type === null || !selectsBackend(type)))
      return this.backends.find(pinned) === undefined ? beforeDefault(pinned) : notDefault();
    if (multiattach && !capabilities.multiattach)
      return unfit(
        'does not support multiattach',
        `the volume type ${type?.name ?? ''} is multiattach, which no backend that meets its other requirements supports`,
      );
    if (zone !== wanted)
      return unfit(
        `is in availability zone ${zone}`,
        `no backend of availability zone ${wanted} meets the requirements of the volume`,
      );
    if (attempted.includes(name))
      return unfit(
        'has failed to create it',
        'each backend that may hold the volume has failed to create it',
      );
    return null;
  }

  /** The refusal of the backend that comes nearest: one that is down may yet take the volume. */
  private noneFound(judged: readonly Judged[], { type, sizeGib, zone, requestId }: Request): DomainError {
    const refusals = judged.flatMap(({ backend, verdict }) =>
      'kind' in verdict ? [{ backend: backend.name, ...verdict }] : [],
    );
    const reasons = Object.fromEntries(refusals.map(({ backend, why }) => [backend, why]));
    this.log.warn({ reasons, sizeGib, zone, type: type?.name, requestId }, 'no backend for a new volume');
    const nearest = (['down', 'closed', 'unfit'] as const)
      .map((kind) => refusals.find((one) => one.kind === kind))
      .find((one) => one !== undefined);
    return nearest?.fault ?? new Unavailable(`${NONE_FOUND}. No volume node has joined yet.`, RETRY_S);
  }
}

export function recordedCandidate({ backend, ceilingGib }: Candidate): RecordedCandidate {
  return { backend: backend.name, ceilingGib };
}

function unfit(why: string, text: string): Refusal {
  return { kind: 'unfit', why, fault: new InvalidInput(`${NONE_FOUND}: ${text}.`) };
}

function notDefault(): Refusal {
  return unfit('is not the default backend', 'the volume type selects no backend');
}

/** A single process has its default backend, or does not start. */
function beforeDefault(pinned: string): Refusal {
  const fault = new Unavailable(
    `${NONE_FOUND}. No volume node has the default backend ${pinned} yet. Try again later.`,
    RETRY_S,
  );
  return { kind: 'down', why: `is not the default backend ${pinned}, which no volume node has`, fault };
}

function closed(row: BackendServiceRow | undefined, { sizeGib }: Request): Refusal | null {
  if (row?.isDisabled !== true) return null;
  return { kind: 'closed', why: 'is disabled', fault: noRoom(sizeGib) };
}

function full(freeGib: number, { sizeGib }: Request): Refusal {
  const why = `has ${String(Math.max(0, freeGib))} GiB for new volumes`;
  return { kind: 'closed', why, fault: noRoom(sizeGib) };
}

function down(backend: KnownBackend): Refusal | null {
  try {
    backend.assertAccepting();
    return null;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { kind: 'down', why: error.message, fault: error };
  }
}

function silent({ name }: KnownBackend): Refusal {
  const fault = new Unavailable(`Backend ${name} does not answer. Try again later.`, RETRY_S);
  return { kind: 'down', why: 'does not tell its capacity in time', fault };
}

/** True for Cinder's extra spec of volumes whose whole space is there from the start. */
function wantsThick(type: VolumeType | null): boolean {
  return type?.extraSpecs['provisioning:type'] === 'thick';
}

function noRoom(sizeGib: number): InvalidInput {
  return new InvalidInput(
    `${NONE_FOUND}: each backend that may hold the volume is disabled or has no room for ${String(sizeGib)} GiB.`,
  );
}
