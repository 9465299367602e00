/** A disk's identity on hosts, the same on every path: VPD pages 0x83 and 0x80 of SPC-4. */
export interface DiskIdentity {
  /** tgt's `scsi_id`, whose hexadecimal digits become the NAA designator. */
  readonly id: string;
  /** The unit serial number. */
  readonly serial: string;
}

/** NAA 6 with LIO's company id, so that a volume is the same disk with tgt and with LIO. */
const NAA_PREFIX = '6001405';
const NAA_DIGITS = 32;

/** Returns the identity of a volume, which never changes, wherever it is exported. */
export function identityOf(name: string): DiskIdentity {
  const serial = name.slice('volume-'.length);
  return { id: naaOfSerial(serial), serial };
}

/** Returns the NAA designator that LIO derives from a serial number: its hexadecimal digits after the company id. */
export function naaOfSerial(serial: string): string {
  const digits = serial.toLowerCase().replace(/[^0-9a-f]/g, '');
  return `${NAA_PREFIX}${digits}`.slice(0, NAA_DIGITS).padEnd(NAA_DIGITS, '0');
}

/** Returns the NAA designator that tgt derives from a `scsi_id`: the last 32 characters, non-digits as 0, the first as 6. */
export function naaOfId(id: string): string {
  const digits = id
    .toLowerCase()
    .replace(/[^0-9a-f]/g, '0')
    .slice(-NAA_DIGITS)
    .padStart(NAA_DIGITS, '0');
  return `6${digits.slice(1)}`;
}

/** Returns the designator as written by udev and os-brick (`ID_SERIAL`, `scsi_wwn`); the prefix 3 means NAA. */
export function wwnOf(naa: string): string {
  return `3${naa}`;
}

export function isSameIdentity(one: DiskIdentity, other: DiskIdentity): boolean {
  return one.id === other.id && one.serial === other.serial;
}
