/**
 * Returns the statuses that a volume's attachments allow: as in Cinder, that of the attachment changed last. With at
 * most one attachment, that is a single status. If all attachments are in error, the volume is reserved; failed detach
 * actions leave its status unchanged.
 */
function impliedStatuses(attachments) {
  const statuses = attachments.map(({ attach_status: status }) => status);
  const sound = statuses.filter((status) => !status.startsWith('error_'));
  const implied = sound.map((status) => (status === 'attached' ? 'in-use' : status));
  if (statuses.length === 0) return ['available'];
  if (sound.length === 0) implied.push('reserved');
  return statuses.includes('error_detaching') ? [...implied, 'in-use', 'detaching'] : implied;
}

/** The same for attach_status, which a reservation leaves unchanged (docs/specification.md#create). */
function impliedAttachStatuses(attachments) {
  const statuses = attachments.map(({ attach_status: status }) => status);
  const sound = statuses.filter((status) => !status.startsWith('error_'));
  if (statuses.includes('error_detaching'))
    return [...sound, 'detached', 'attached', 'detaching', 'error_detaching'];
  return sound.every((status) => status === 'reserved') ? [...sound, 'detached'] : sound;
}

/** True if creating or deleting the volume failed, so that the backend may or may not hold it. */
const isBroken = ({ status }) => ['error', 'error_deleting'].includes(status);

const sorted = (values) => [...new Set(values)].sort().join(' ');

/** Compares a volume's row with its attachments, except the status if a client has set it explicitly. */
function* faultsOfVolume(volume, attachments) {
  const { id, status, multiattach, isMarked } = volume;
  if (status.startsWith('error') && attachments.length === 0) return;
  const implied = impliedStatuses(attachments);
  if (!isMarked && !implied.includes(status)) {
    yield `volume ${id} is ${status}; its attachments make it ${implied.join(' or ')}`;
  }
  const attachStatuses = impliedAttachStatuses(attachments);
  if (!isMarked && !attachStatuses.includes(volume.attach_status)) {
    yield `volume ${id} is ${volume.attach_status}; its attachments make it ${attachStatuses.join(' or ')}`;
  }
  const owners = new Set(attachments.map(({ instance_uuid: owner }) => owner));
  if (!multiattach && owners.size > 1) yield `volume ${id} has ${owners.size} owners`;
}

/** Compares the backend's export of a volume with its connections. */
function* faultsOfExport(volume, connected, backend) {
  const { id } = volume;
  if (!backend.has(id)) {
    if (!isBroken(volume)) yield `volume ${id} is missing on the backend`;
    return;
  }
  const admitted = backend.get(id);
  if ((admitted !== null) !== connected.length > 0) {
    yield `volume ${id} has ${connected.length} connections and is ${admitted === null ? 'not ' : ''}exported`;
  }
  const wanted = sorted(connected.map(({ connector }) => connector.initiator));
  if (admitted !== null && sorted(admitted) !== wanted) {
    yield `volume ${id} admits "${sorted(admitted)}" instead of "${wanted}"`;
  }
  if ((volume.export_details !== null) !== (admitted !== null)) {
    yield `volume ${id} is ${admitted === null ? 'not ' : ''}exported, but its row says otherwise`;
  }
}

/**
 * Checks the invariants that hold while nothing is running.
 * @param backend admitted initiators of each volume on the backend, or null without an export.
 * @returns the violations, a sentence each.
 */
export function faultsIn({ volumes, attachments, legacyConnections, operations }, backend) {
  const faults = operations.map(({ kind, volume_id: id }) => `${kind} of volume ${id} is still open`);
  const known = new Set(volumes.map(({ id }) => id));
  for (const id of backend.keys())
    if (!known.has(id)) faults.push(`the backend has volume ${id}, which the database does not have`);
  for (const { id, volume_id: volumeId } of attachments) {
    if (!known.has(volumeId)) faults.push(`attachment ${id} has no volume`);
  }
  for (const volume of volumes) {
    const isOwn = ({ volume_id: volumeId }) => volumeId === volume.id;
    const own = attachments.filter(isOwn);
    const connected = [...own, ...legacyConnections.filter(isOwn)].filter(
      ({ connector }) => connector !== null,
    );
    faults.push(...faultsOfVolume(volume, own), ...faultsOfExport(volume, connected, backend));
  }
  return faults;
}
