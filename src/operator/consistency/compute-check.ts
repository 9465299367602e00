import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AttachmentsService } from '../../attachments/index.js';
import { Clock, shiftInstant } from '../../platform/clock.js';
import { DomainError } from '../../platform/errors.js';
import { reasonOf } from '../../platform/failure-reason.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { ComputePeer } from '../../api/compute/index.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { Finding, RepairLevel, RepairState, Report } from './finding.js';
import { ServerAttachmentsReader } from './server-attachments.reader.js';
import { inBoth, isEqual, type ServerDifference, serverDifference } from './server-difference.js';
import { Sightings } from './sightings.js';

/** Time limit of the comparison; servers not reached are reported. */
const TIME_LIMIT_MS = 300_000;
/** Servers per page, and servers queried concurrently. */
const PAGE = 200;
const AT_ONCE = 4;
/** Maximum number of differing servers to follow up; beyond it, something else is wrong. */
const MOST_DIFFERING = 1000;
/** Maximum pause before a difference is checked again. */
const PAUSE_MS = 2_000;

const NAME = 'nova';

interface Differing {
  readonly serverId: string;
  readonly difference: ServerDifference;
}

interface Confirmed extends Differing {
  /** True if Nova knows the server, or remembers it as deleted. */
  readonly isKnown: boolean;
  readonly isDeleted: boolean;
}

/** The check cannot be completed; the message says why. */
class CutShort extends DomainError {}

/**
 * Compares our attachments of servers with Nova's (docs/adr/0020). Differences are checked twice, and servers that are
 * being changed are skipped. Repairs only what an earlier check found too.
 */
@Injectable()
export class ComputeCheck {
  private readonly sightings = new Sightings();

  constructor(
    private readonly compute: ComputePeer,
    private readonly reader: ServerAttachmentsReader,
    private readonly attachments: AttachmentsService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Never throws. What cannot be checked is reported, and then nothing is repaired. */
  async check(requestId: string, repair: RepairLevel, isOver = (): boolean => false): Promise<Report> {
    if (!this.compute.isConfigured) return { findings: [], unchecked: [] };
    const until = performance.now() + TIME_LIMIT_MS;
    const proceed = (): void => {
      if (isOver()) throw new CutShort('The server is stopping.');
      if (performance.now() > until)
        throw new CutShort(`After ${TIME_LIMIT_MS / 1000} s not all servers had been compared.`);
    };
    try {
      const differing = await this.differing(requestId, proceed);
      const confirmed = await this.confirmed(differing, requestId, proceed);
      return { findings: await this.findings(confirmed, requestId, repair), unchecked: [] };
    } catch (error) {
      if (!(error instanceof DomainError))
        this.log.error({ err: error, requestId }, 'attachments could not be compared with Nova');
      return { findings: [], unchecked: [{ backend: NAME, reason: reasonOf(error) }] };
    }
  }

  private async differing(requestId: string, proceed: () => void): Promise<Differing[]> {
    const found: Differing[] = [];
    const compare = async (serverIds: readonly string[]): Promise<void> => {
      const ours = await this.reader.of(serverIds);
      await inGroups(serverIds, async (serverId) => {
        proceed();
        const theirs = await this.compute.volumesOf(serverId, requestId);
        const difference = serverDifference(
          ours.filter((one) => one.serverId === serverId),
          theirs,
        );
        if (!isEqual(difference)) found.push({ serverId, difference });
        if (found.length > MOST_DIFFERING)
          throw new CutShort(`More than ${MOST_DIFFERING} servers differ. Is nova_endpoint the right one?`);
      });
    };
    const hasServers = await this.compareTheirs(compare, requestId, proceed);
    for (let after = ''; ;) {
      const serverIds = await this.reader.servers(after, PAGE);
      if (serverIds.length === 0) return found;
      // A cloud without servers but with attachments suggests a wrong address or the wrong database.
      if (!hasServers)
        throw new CutShort('The compute service has no servers, but there are attachments of servers.');
      await compare(serverIds);
      after = serverIds.at(-1) ?? '';
    }
  }

  /**
   * Compares servers that may have no attachments here; servers with attachments come later. @returns whether Nova has
   * any servers.
   */
  private async compareTheirs(
    compare: (serverIds: readonly string[]) => Promise<void>,
    requestId: string,
    proceed: () => void,
  ): Promise<boolean> {
    for (let after: string | null = null; ;) {
      proceed();
      const page = await this.compute.listServers(after, requestId);
      const last = page.at(-1);
      if (last === undefined) return after !== null;
      const using = page
        .filter(({ volumeIds, isBusy }) => volumeIds.length > 0 && !isBusy)
        .map(({ id }) => id);
      const ours = new Set((await this.reader.of(using)).map(({ serverId }) => serverId));
      await compare(using.filter((id) => !ours.has(id)));
      after = last.id;
    }
  }

  /** Differences that both sides confirm when asked again, except on servers that are being changed. */
  private async confirmed(
    differing: readonly Differing[],
    requestId: string,
    proceed: () => void,
  ): Promise<Confirmed[]> {
    if (differing.length === 0) return [];
    await sleep(Math.min(PAUSE_MS, this.patienceMs / 4));
    const confirmed: Confirmed[] = [];
    await inGroups(differing, async ({ serverId, difference }) => {
      proceed();
      const state = await this.compute.serverState(serverId, requestId);
      if (state !== null && (state.isBusy || !state.isWhole)) return;
      const theirs = await this.compute.volumesOf(serverId, requestId);
      const ours = await this.reader.of([serverId]);
      // During a volume swap, Nova records the new volume last.
      if (ours.some(({ volumeStatus }) => volumeStatus === 'detaching')) return;
      const still = inBoth(difference, serverDifference(ours, theirs));
      const isDeleted = state === null && (await this.compute.wasDeleted(serverId, requestId));
      confirmed.push({
        serverId,
        difference: this.settled(still),
        isKnown: state !== null || isDeleted,
        isDeleted,
      });
    });
    return confirmed;
  }

  /** Drops attachments that are so new that Nova may not have recorded them yet. */
  private settled({ missing, unused }: ServerDifference): ServerDifference {
    const before = shiftInstant(this.clock.now(), -this.patienceMs);
    return { missing, unused: unused.filter(({ createdAt }) => createdAt < before) };
  }

  private async findings(
    confirmed: readonly Confirmed[],
    requestId: string,
    repair: RepairLevel,
  ): Promise<Finding[]> {
    const now = performance.now();
    const isRepeated = new Map<string, boolean>();
    for (const { id } of confirmed.flatMap(({ difference }) => difference.unused)) {
      isRepeated.set(id, this.sightings.isOlderThan(id, this.patienceMs, now));
    }
    this.sightings.note(isRepeated.keys(), now);
    const findings: Finding[] = [];
    for (const one of confirmed) {
      findings.push(...missingFindings(one));
      for (const attachment of one.difference.unused) {
        const { id, volumeId } = attachment;
        const safe = isRemovable(one, volumeId);
        const state: RepairState =
          safe && repair === 'all' && isRepeated.get(id) === true
            ? await this.remove(id, volumeId, requestId)
            : safe
              ? 'possible'
              : 'manual';
        findings.push({
          kind: 'unused-attachment',
          volumeId,
          backend: null,
          text: textOf(one, id, volumeId),
          repair: state,
        });
      }
    }
    return findings;
  }

  private async remove(id: string, volumeId: string, requestId: string): Promise<RepairState> {
    try {
      await this.attachments.removeUnused({ id, volumeId }, requestId);
      this.log.info(
        { attachmentId: id, volumeId, requestId },
        'an attachment that Nova does not use was removed',
      );
      return 'done';
    } catch (error) {
      this.log.error(
        { err: error, attachmentId: id, volumeId, requestId },
        'an unused attachment could not be removed',
      );
      return 'failed';
    }
  }

  /** Milliseconds for which a difference is not a fault. */
  private get patienceMs(): number {
    return this.config.reconcile_interval_s * 1000;
  }
}

/** True if the server certainly does not use this attachment of the volume. */
function isRemovable({ isKnown, difference }: Confirmed, volumeId: string): boolean {
  // Other programs may have servers of their own; and if Nova has the volume under another id, it may mean this one.
  return isKnown && !difference.missing.some((missing) => missing.volumeId === volumeId);
}

function missingFindings({ serverId, difference }: Confirmed): Finding[] {
  return difference.missing.map(({ volumeId, attachmentId }) => ({
    kind: 'missing-attachment',
    volumeId,
    backend: null,
    text: `According to Nova, server ${serverId} uses volume ${volumeId} through ${attachmentId === null ? 'an attachment' : `attachment ${attachmentId}`} that does not exist.`,
    repair: 'manual',
  }));
}

function textOf({ serverId, isKnown, isDeleted }: Confirmed, id: string, volumeId: string): string {
  const why = isDeleted
    ? 'which has been deleted'
    : isKnown
      ? 'which does not use it according to Nova'
      : 'which Nova does not know';
  return `Attachment ${id} of volume ${volumeId} is for server ${serverId}, ${why}.`;
}

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
