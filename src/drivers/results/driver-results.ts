import type {
  BackendStats,
  ConnectionInfo,
  ExportDetails,
  ExportPage,
  ExportState,
  VolumeState,
} from '../contract/index.js';
import { frozenCopy, NotPlainData } from './frozen-copy.js';

const VOLUME_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Fields = Readonly<Record<string, unknown>>;

/** Checks a call's result and returns a copy. @throws NotPlainData saying what is wrong with it. */
export type ResultCheck<T> = (result: unknown) => T;

/** For calls whose result is ignored. */
export const nothing: ResultCheck<void> = () => undefined;

export const exportDetails: ResultCheck<ExportDetails> = (result) =>
  // The copy contains only JSON, which is all that this type requires.
  anObject(frozenCopy(result, 'the result'), 'the result') as ExportDetails;

export const connectionInfo: ResultCheck<ConnectionInfo> = (result) => {
  const info = anObject(frozenCopy(result, 'the result'), 'the result');
  const type = info.driver_volume_type;
  if (typeof type !== 'string' || type === '') {
    throw new NotPlainData('driver_volume_type is not a non-empty string');
  }
  const base = info.mount_point_base;
  if (base !== undefined && typeof base !== 'string')
    throw new NotPlainData('mount_point_base is not a string');
  return Object.freeze({
    driver_volume_type: type,
    data: anObject(info.data, 'data') as ConnectionInfo['data'],
    ...(base === undefined ? {} : { mount_point_base: base }),
  });
};

export const volumeState: ResultCheck<VolumeState> = (result) => {
  const { exists, exported, admitted } = anObject(frozenCopy(result, 'the result'), 'the result');
  if (typeof exists !== 'boolean') throw new NotPlainData('exists is not a boolean');
  if (typeof exported !== 'boolean') throw new NotPlainData('exported is not a boolean');
  return Object.freeze({ exists, exported, admitted: hosts(admitted) });
};

/** Checks a page's length and order: a wrong order could make a reader of all pages loop forever. */
export const exportStates =
  ({ after, limit }: ExportPage): ResultCheck<readonly ExportState[]> =>
  (result) => {
    const list: unknown = frozenCopy(result, 'the result');
    if (!Array.isArray(list)) throw new NotPlainData('the result is not a list');
    if (list.length > limit) throw new NotPlainData(`the result has more than ${limit} items`);
    let last = after;
    return list.map((item: unknown) => {
      const { volumeId, admitted } = anObject(item, 'an item of the list');
      if (typeof volumeId !== 'string' || !VOLUME_ID.test(volumeId)) {
        throw new NotPlainData('volumeId is not a lower-case UUID');
      }
      if (last !== null && volumeId <= last) throw new NotPlainData(`${volumeId} comes after ${last}`);
      last = volumeId;
      return Object.freeze({ volumeId, admitted: hosts(admitted) });
    });
  };

export const backendStats: ResultCheck<BackendStats> = (result) => {
  const { totalGib, freeGib } = anObject(frozenCopy(result, 'the result'), 'the result');
  return Object.freeze({ totalGib: gib(totalGib, 'totalGib'), freeGib: gib(freeGib, 'freeGib') });
};

function anObject(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NotPlainData(`${where} is not an object`);
  }
  return value as Fields;
}

function hosts(value: unknown): readonly string[] | null {
  if (value === null) return null;
  if (Array.isArray(value) && value.every((host) => typeof host === 'string')) return value;
  throw new NotPlainData('admitted is neither null nor a list of strings');
}

function gib(value: unknown, where: string): number | null {
  if (value === null || typeof value === 'number') return value;
  throw new NotPlainData(`${where} is neither null nor a number`);
}
