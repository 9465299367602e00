import type {
  BackendStats,
  ConnectionInfo,
  ExportDetails,
  ExportState,
  VolumeState,
} from '../contract/index.js';
import { frozenCopy, NotPlainData } from './frozen-copy.js';

type Fields = Readonly<Record<string, unknown>>;

/** A call's result, checked and copied. @throws NotPlainData saying what is wrong with it. */
export type ResultCheck<T> = (result: unknown) => T;

/** For calls whose result counts for nothing. */
export const nothing: ResultCheck<void> = () => undefined;

export const exportDetails: ResultCheck<ExportDetails> = (result) =>
  // A copy of an object holds JSON only, which is all that this type says.
  anObject(frozenCopy(result, 'the result'), 'the result') as ExportDetails;

export const connectionInfo: ResultCheck<ConnectionInfo> = (result) => {
  const info = anObject(frozenCopy(result, 'the result'), 'the result');
  const type = info.driver_volume_type;
  if (typeof type !== 'string' || type === '') {
    throw new NotPlainData('driver_volume_type is not a text that names a protocol');
  }
  const base = info.mount_point_base;
  if (base !== undefined && typeof base !== 'string')
    throw new NotPlainData('mount_point_base is not a text');
  return Object.freeze({
    driver_volume_type: type,
    data: anObject(info.data, 'data') as ConnectionInfo['data'],
    ...(base === undefined ? {} : { mount_point_base: base }),
  });
};

export const volumeState: ResultCheck<VolumeState> = (result) => {
  const { exists, exported, admitted } = anObject(frozenCopy(result, 'the result'), 'the result');
  if (typeof exists !== 'boolean') throw new NotPlainData('exists is neither true nor false');
  if (typeof exported !== 'boolean') throw new NotPlainData('exported is neither true nor false');
  return Object.freeze({ exists, exported, admitted: hosts(admitted) });
};

export const exportStates: ResultCheck<readonly ExportState[]> = (result) => {
  const list: unknown = frozenCopy(result, 'the result');
  if (!Array.isArray(list)) throw new NotPlainData('the result is not a list');
  return list.map((item: unknown) => {
    const { volumeId, admitted } = anObject(item, 'an item of the list');
    if (typeof volumeId !== 'string') throw new NotPlainData('volumeId is not a text');
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
  throw new NotPlainData('admitted is neither null nor a list of texts');
}

function gib(value: unknown, where: string): number | null {
  if (value === null || typeof value === 'number') return value;
  throw new NotPlainData(`${where} is neither null nor a number`);
}
