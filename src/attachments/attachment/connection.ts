import { InvalidInput } from '../../platform/errors.js';
import type { AccessMode, Connection, Connector } from '../../drivers/contract/index.js';
import type { VolumeEntity } from '../../volumes/index.js';
import type { Attachment, AttachmentDetail } from './attachment.js';

const NAME_LENGTH = 255;

/** All connections of a volume, with or without an attachment, except `exceptIds`. */
export function connectionsOf(
  attachments: readonly Attachment[],
  legacy: readonly Connection[],
  exceptIds: readonly string[] = [],
): Connection[] {
  const connections = [...attachments.flatMap((attachment) => connectionOf(attachment) ?? []), ...legacy];
  return connections.filter(({ attachmentId }) => !exceptIds.includes(attachmentId));
}

/** An attachment's connection, or null while it has none. */
export function connectionOf({ id, connector, attachMode }: Attachment): Connection | null {
  if (connector === null) return null;
  return { attachmentId: id, connector: connector as Connector, mode: attachMode ?? 'rw' };
}

/** True once the host has its connection_info. */
export function isConnected({ connectionInfo }: Pick<AttachmentDetail, 'connectionInfo'>): boolean {
  return Object.keys(connectionInfo).length > 0;
}

/** Access mode of a new connection, by precedence: read-only volume, attachment's mode, connector's mode, rw. */
export function accessMode(
  volume: VolumeEntity,
  attachment: Pick<Attachment, 'attachMode'>,
  connector: Connector,
): AccessMode {
  if (volume.readonly) return 'ro';
  return attachment.attachMode ?? connectorMode(connector) ?? 'rw';
}

/** The columns that come from the connector (docs/specification.md#attachment-fields). */
export function placeOf(connector: Connector): { attachedHost: string; mountpoint: string } {
  return { attachedHost: text(connector, 'host') ?? '', mountpoint: text(connector, 'mountpoint') ?? 'na' };
}

/** Validates the connector keys that the core reads. @throws InvalidInput naming the key. */
export function checkConnector(connector: Connector): void {
  text(connector, 'host');
  text(connector, 'mountpoint');
  connectorMode(connector);
}

/** True if two connectors are the same host to every driver. */
export function isSameHost(one: Connector, other: Connector): boolean {
  return ['initiator', 'ip', 'host'].every((key) => (one[key] ?? null) === (other[key] ?? null));
}

function connectorMode(connector: Connector): AccessMode | null {
  const mode = connector['mode'] ?? null;
  if (mode === null || mode === 'rw' || mode === 'ro') return mode;
  throw new InvalidInput('Invalid input received: connector.mode must be rw or ro.');
}

function text(connector: Connector, key: string): string | null {
  const value = connector[key] ?? null;
  if (value === null) return null;
  if (typeof value !== 'string' || [...value].length > NAME_LENGTH || value.includes('\u0000')) {
    throw new InvalidInput(
      `Invalid input received: connector.${key} must be a text of at most ${NAME_LENGTH} characters.`,
    );
  }
  return value;
}
