import { InvalidInput, NotFound } from '../../platform/errors.js';
import { parseBoolean } from '../../api/http/boolean-parameter.js';
import type { Metadata } from '../volume/volume-detail.js';
import type { CreateVolumeBody, UpdateVolumeBody } from './volume.schema.js';

/** A parsed request to create a volume. */
export interface NewVolume {
  readonly name: string | null;
  readonly description: string | null;
  readonly sizeGib: number;
  /** Name or id; null for the default type. */
  readonly type: string | null;
  readonly availabilityZone: string | null;
  readonly metadata: Metadata;
}

type CreateFields = CreateVolumeBody['volume'];

const LONGEST = 255;
const LARGEST_SIZE = 2 ** 31 - 1;

/** A parsed update; absent fields stay unchanged. */
export interface VolumeUpdate {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly metadata?: Metadata;
}

/** @throws InvalidInput for values that the schema cannot check. */
export function newVolume(fields: CreateFields): NewVolume {
  return {
    name: label('name', fields.name, fields.display_name) ?? null,
    description: label('description', fields.description, fields.display_description) ?? null,
    sizeGib: sizeOf(fields.size),
    // Clients send an empty string for "no type".
    type: fields.volume_type === '' ? null : (fields.volume_type ?? null),
    availabilityZone: fields.availability_zone ?? null,
    metadata: fields.metadata ?? {},
  };
}

/** @throws InvalidInput for values that the schema cannot check. */
export function volumeUpdate(fields: UpdateVolumeBody['volume']): VolumeUpdate {
  const name = label('name', fields.name, fields.display_name);
  const description = label('description', fields.description, fields.display_description);
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(fields.metadata === undefined ? {} : { metadata: fields.metadata }),
  };
}

/**
 * Refuses to create a volume from a source: this server has no snapshots, groups, images or backups, so every such id is
 * unknown, and it does not clone volumes. Checked in Cinder's order.
 * @param findVolume returns a volume that the caller may see, or throws NotFound.
 * @throws NotFound, InvalidInput
 */
export async function refuseSources(
  fields: CreateFields,
  findVolume: (id: string) => Promise<unknown>,
): Promise<void> {
  const { snapshot_id: snapshot, source_volid: source, group_id: group, backup_id: backup } = fields;
  if (snapshot != null) throw new NotFound(`Snapshot ${snapshot} could not be found.`);
  if (source != null) {
    await findVolume(source);
    throw new InvalidInput('Invalid input received: This server does not create volumes from other volumes.');
  }
  const groupId = fields.consistencygroup_id ?? group;
  if (groupId != null) throw new NotFound(`Group ${shown(groupId)} could not be found.`);
  if ((fields.image_id ?? fields.imageRef) != null)
    throw new InvalidInput('Invalid image identifier or unable to access requested image.');
  if (backup != null && backup !== '') throw new NotFound(`Backup ${shown(backup)} could not be found.`);
  refuseMultiattach(fields.multiattach);
}

function refuseMultiattach(multiattach: CreateFields['multiattach']): void {
  if (multiattach === undefined || parseBoolean(String(multiattach)) === false) return;
  if (multiattach === null) throw new InvalidInput("Value 'None' for 'multiattach' is not a boolean.");
  throw new InvalidInput(
    'The multiattach parameter has been removed: a volume is multiattach when its volume type is. Ask an administrator for a multiattach volume type and create the volume with it.',
  );
}

/** The value of a field with two spellings: the first that is given, trimmed. */
function label(
  field: string,
  value: string | null | undefined,
  older: string | null | undefined,
): string | null | undefined {
  const text = (value === undefined ? older : value)?.trim();
  if (text === undefined) return value === undefined ? older : value;
  const length = Array.from(text).length;
  if (length > LONGEST) {
    throw new InvalidInput(
      `Invalid input received: ${field} has ${length} characters, more than ${LONGEST}.`,
    );
  }
  return text;
}

function sizeOf(size: CreateFields['size']): number {
  if (size == null) throw new InvalidInput();
  return parseSize('size', size);
}

/** Parses a size in GiB, given as a number or a string of digits. @throws InvalidInput */
export function parseSize(field: string, size: number | string): number {
  const sizeGib = Number(size);
  if (String(sizeGib) !== String(size) || sizeGib < 1 || sizeGib > LARGEST_SIZE) {
    throw new InvalidInput(
      `Invalid input for field/attribute ${field}. Value: ${String(size).slice(0, LONGEST)}. It must be an integer from 1 to ${LARGEST_SIZE}.`,
    );
  }
  return sizeGib;
}

function shown(id: unknown): string {
  return typeof id === 'string' ? id.slice(0, LONGEST) : JSON.stringify(id).slice(0, LONGEST);
}
