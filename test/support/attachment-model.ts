/**
 * Model of a volume and its attachments according to the specification, without a database, backend or clock. It judges
 * the outcome of concurrent operations. An operation is one step, or two if others may interleave.
 */

export interface ModelAttachment {
  readonly instance: string;
  readonly status: 'reserved' | 'attaching' | 'attached';
  /** Connected host; null while not connected. */
  readonly host: string | null;
}

export interface ModelVolume {
  readonly multiattach: boolean;
  readonly status: 'available' | 'reserved' | 'attaching' | 'in-use' | 'gone';
  /** By names chosen by the test. */
  readonly attachments: Readonly<Record<string, ModelAttachment>>;
}

export type Operation =
  | { readonly act: 'create'; readonly name: string; readonly instance: string; readonly host: string | null }
  | { readonly act: 'update'; readonly name: string; readonly host: string }
  | { readonly act: 'complete'; readonly name: string }
  | { readonly act: 'delete'; readonly name: string }
  | { readonly act: 'delete-volume' };

/** An operation with the status of its response. */
export interface Answered {
  readonly operation: Operation;
  readonly status: number;
}

/** Result of a step: the next state, and the valid final statuses; null if the operation continues. */
interface Outcome {
  readonly volume: ModelVolume;
  readonly statuses: readonly number[] | null;
}

type Step = (volume: ModelVolume) => Outcome;

export const newVolume = (multiattach: boolean): ModelVolume => ({
  multiattach,
  status: 'available',
  attachments: {},
});

/** Returns whether some serial order of the operations' steps explains every response and the final state. */
export function isExplained(before: ModelVolume, answered: readonly Answered[], after: ModelVolume): boolean {
  return explain(
    before,
    answered.map(({ operation, status }) => ({ steps: stepsOf(operation), status })),
    key(after),
  );
}

interface Pending {
  readonly steps: readonly Step[];
  readonly status: number;
}

function explain(volume: ModelVolume, pending: readonly Pending[], goal: string): boolean {
  if (pending.length === 0) return key(volume) === goal;
  return pending.some(({ steps: [step, ...rest], status }, index) => {
    const others = pending.filter((_, other) => other !== index);
    const { volume: next, statuses } = (step as Step)(volume);
    if (statuses === null) return explain(next, [...others, { steps: rest, status }], goal);
    return statuses.includes(status) && explain(next, others, goal);
  });
}

function stepsOf(operation: Operation): readonly Step[] {
  switch (operation.act) {
    case 'create': {
      const { name, host } = operation;
      if (host === null) return [reserve(operation, [200])];
      return [reserve(operation, null), connect(name, host)];
    }
    case 'update':
      return [checkUpdate(operation.name), connect(operation.name, operation.host)];
    case 'complete':
      return [complete(operation.name)];
    case 'delete':
      return [remove(operation.name)];
    case 'delete-volume':
      return [removeVolume];
  }
}

/** docs/specification.md#create */
function reserve(
  { name, instance }: { name: string; instance: string },
  statuses: readonly number[] | null,
): Step {
  return (volume) => {
    const { status, multiattach, attachments } = volume;
    // Being deleted, or already gone.
    if (status === 'gone') return { volume, statuses: [400, 404] };
    const isFree = status === 'available' || (multiattach && status === 'in-use');
    const isShared =
      ['in-use', 'reserved'].includes(status) &&
      Object.values(attachments).some((attachment) => attachment.instance === instance);
    if (!isFree && !isShared) return { volume, statuses: [400] };
    const added = { ...attachments, [name]: { instance, status: 'reserved', host: null } as const };
    return { volume: { ...volume, status: isFree ? 'reserved' : status, attachments: added }, statuses };
  };
}

/** docs/specification.md#update */
function checkUpdate(name: string): Step {
  return (volume) => {
    const { multiattach, attachments } = volume;
    const all = Object.values(attachments);
    if (!(name in attachments)) return { volume, statuses: [404] };
    const isDuplicate = !multiattach && all.length > 1 && all.some(({ host }) => host !== null);
    return { volume, statuses: isDuplicate ? [409] : null };
  };
}

/** Nobody can delete the attachment between the check and this step: an order in which that happens is invalid. */
function connect(name: string, host: string): Step {
  return (volume) => {
    if (!(name in volume.attachments)) return { volume, statuses: [] };
    return {
      volume: { ...changed(volume, name, { status: 'attaching', host }), status: 'attaching' },
      statuses: [200],
    };
  };
}

/** docs/specification.md#complete */
function complete(name: string): Step {
  return (volume) => {
    if (!(name in volume.attachments)) return { volume, statuses: [404] };
    return {
      volume: { ...changed(volume, name, { status: 'attached' }), status: 'in-use' },
      statuses: [204],
    };
  };
}

/** docs/specification.md#delete, docs/specification.md#effect-on-the-volume */
function remove(name: string): Step {
  return (volume) => {
    if (!(name in volume.attachments)) return { volume, statuses: [404] };
    const attachments = Object.fromEntries(
      Object.entries(volume.attachments).filter(([other]) => other !== name),
    );
    const left = Object.values(attachments).map(({ status }) => status);
    const first = (['attached', 'attaching', 'reserved'] as const).find((status) => left.includes(status));
    const status = first === 'attached' ? 'in-use' : (first ?? 'available');
    return { volume: { ...volume, status, attachments }, statuses: [200] };
  };
}

function removeVolume(volume: ModelVolume): Outcome {
  if (volume.status === 'gone') return { volume, statuses: [400, 404] };
  if (volume.status !== 'available') return { volume, statuses: [400] };
  return { volume: { ...volume, status: 'gone' }, statuses: [202] };
}

function changed(volume: ModelVolume, name: string, changes: Partial<ModelAttachment>): ModelVolume {
  const attachment = volume.attachments[name];
  if (attachment === undefined) throw new Error(`there is no ${name}`);
  return { ...volume, attachments: { ...volume.attachments, [name]: { ...attachment, ...changes } } };
}

/** Returns a canonical text of a state. */
function key({ status, attachments }: ModelVolume): string {
  const rows = Object.entries(attachments).map(([name, attachment]) => {
    const { instance, status: own, host } = attachment;
    return `${name}/${instance}/${own}/${host ?? ''}`;
  });
  return `${status} ${rows.sort().join(' ')}`;
}
