import { DriverError, type JsonObject, type JsonValue } from 'clinker-driver';
import type { FoundVolume, ListedExport, Target } from './storage.js';

/** Reads a volume from the storage's answer. @throws INTERNAL when something is missing or of another type. */
export function volumeIn(answer: JsonValue): FoundVolume {
  const { target = null, initiators = [] } = objectIn(answer);
  return {
    target: target === null ? null : targetIn(target),
    initiators: listIn(initiators).map((one) => textIn(one, 'initiator')),
  };
}

export function targetIn(answer: JsonValue): Target {
  const { iqn, portal, lun, wwn, chap } = objectIn(answer);
  const { username, password } = objectIn(chap);
  return {
    iqn: textIn(iqn, 'iqn'),
    portal: textIn(portal, 'portal'),
    lun: numberIn(lun, 'lun'),
    wwn: textIn(wwn, 'wwn'),
    chap: { username: textIn(username, 'username'), password: textIn(password, 'password') },
  };
}

export function exportsIn(answer: JsonValue): readonly ListedExport[] {
  return listIn(answer).map((one) => {
    const { id, initiators } = objectIn(one);
    return {
      volumeId: textIn(id, 'id'),
      initiators: listIn(initiators).map((initiator) => textIn(initiator, 'initiator')),
    };
  });
}

export function objectIn(value: JsonValue | undefined): JsonObject {
  if (typeof value === 'object' && value !== null && !isList(value)) return value;
  throw incomprehensible('an object');
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  if (value !== undefined && isList(value)) return value;
  throw incomprehensible('a list');
}

function textIn(value: JsonValue | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw incomprehensible(`the text "${name}"`);
}

export function numberIn(value: JsonValue | undefined, name: string): number {
  if (typeof value === 'number') return value;
  throw incomprehensible(`the number "${name}"`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Without the answer itself, which may contain credentials. */
function incomprehensible(wanted: string): DriverError {
  return new DriverError('INTERNAL', `the storage answered without ${wanted}; is it another version?`);
}
