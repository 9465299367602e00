/**
 * The contract's sentences that tests refer to, word for word as in its comments (`clinker-driver`, src/drivers/contract).
 * docs/conformance.md has a heading for each key.
 */
export const RULES = {
  idempotency:
    'Repeating a call has no further effect: what already exists is returned, what is already gone counts as removed.',
  concurrency: 'The core makes one call at a time per volume, and concurrent calls for different volumes.',
  secrets: 'Error messages reach clients and logs, so they must not contain credentials.',
  log: 'Entries are redacted, but do not log secrets.',
  'export-details':
    'The core stores it and passes it back, but never interprets, logs or shows it to clients.',
  'driver-errors': 'Each method rejects with a `DriverError`; any other error counts as `INTERNAL`.',
  state: 'A driver returns plain data and keeps no state that it cannot recover after a restart.',
  arguments: 'A volume as the core passes it to a driver: a frozen value, never a database row.',
  signal:
    'Aborts when the call times out or the server stops waiting. The driver then stops its work and rejects soon after.',
  methods: 'The core creates and removes volumes, exports and connections only through this interface.',
  capabilities: "A driver's capabilities, used by the core and the conformance kit.",
  create: 'No side effects: anything that may fail belongs in `setup`.',
  setup: 'Prepares the backend, or rejects with a message that says what is missing and how to fix it.',
  teardown: 'Releases what `setup` acquired. Exports stay: hosts keep using them.',
  createVolume:
    'Creates the volume. It reads as zeros: data of earlier volumes must not be readable. An existing volume with this id counts as created.',
  deleteVolume: 'Removes the volume and its export, if any. A missing volume counts as removed.',
  connector:
    'Every key is optional and comes unchecked from a client. A driver validates the keys it reads in `VolumeDriver.validateConnector` and ignores unknown keys.',
  initiator: 'Names that differ only in case name the same host.',
  validateConnector:
    'Checks that the connector has everything the driver needs, before anything is done with it. Pure: no I/O, and never `async`.',
  createExport:
    "Creates the volume's export (a target, a share entry) without admitting any host yet. An existing export is returned unchanged, including its credentials.",
  'new-credentials':
    "If there is none and `volume.exportDetails` is null, as after `removeExport`, the new export gets fresh credentials, so that an earlier host's credentials no longer work.",
  'unknown-volume': '`NOT_FOUND` when the volume does not exist.',
  ensureExport:
    'Restores an export after a restart of the host or the target daemon: with the credentials in `volume.exportDetails`, admitting the hosts of `connections`. An intact export stays as it is.',
  removeExport:
    'Removes the export; afterwards no host can reach the volume. A missing export counts as removed.',
  initializeConnection:
    "Admits the connection's host to the export and returns what the host needs to connect. Repeated for the same attachment, it returns the same information.",
  'connection-data':
    "The protocol's own keys, for instance `target_portal`, `target_iqn` and `target_lun` (an integer).",
  'other-connections': "the volume's other connections, which keep their access.",
  'no-export': '`NOT_FOUND` when there is no export.',
  terminateConnection:
    "Ends the host's access, unless a connection in `remaining` is from the same host and still needs it.",
  identity:
    "For a SCSI or NVMe disk, `wwn` is the identity that hosts read from it: derived from the volume's id, and the same for the volume's whole life.",
  inspect: "Reads the volume's state on the backend, for repairs after a crash. Changes nothing.",
  listExports:
    "Lists exports of this backend, known to the core or not: at most `page.limit`, only of volumes with an id greater than `page.after`, in ascending order of the ids (as JavaScript's `<` compares strings), each volume once. A shorter list means that no more follow.",
  getStats: "Returns the backend's current capacity.",
  extendVolume:
    'Extends the volume to `newSizeGib` and keeps its data. A volume that is already that large counts as extended; it is never shrunk.',
  fenceConnection:
    'Resolves only when the backend shows that no read or write of the host can reach the volume any more. A missing connection counts as cut off.',
  'fence-refused':
    '`FAILED_PRECONDITION` when that cannot be confirmed, or when `remaining` has a connection of the same host.',
} as const;

/** Key of a sentence of the contract. */
export type Rule = keyof typeof RULES;

/** Returns where the sentence and its tests are documented. */
export function linkTo(rule: Rule): string {
  return `docs/conformance.md#${rule.toLowerCase()}`;
}
