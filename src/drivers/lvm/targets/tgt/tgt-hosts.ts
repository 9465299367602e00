import { DriverError } from '../../../contract/index.js';
import type { AdmittedHost, ChapCredentials } from '../target.js';
import type { TgtTargetFile } from './tgt-file.js';
import type { TgtTargetReport } from './tgt-report.js';

/** The credentials among these that the target knows the user of. */
export function boundTo(
  found: TgtTargetReport | null,
  candidates: readonly (ChapCredentials | null | undefined)[],
): ChapCredentials | null {
  return (
    candidates.find((candidate) => candidate != null && found?.accounts.includes(candidate.username)) ?? null
  );
}

/** Rules by address, which only somebody else can have made, are left to Target.find to tell of. */
export function namesIn({ rules }: TgtTargetReport): readonly string[] {
  return rules.filter((rule) => /^(iqn|eui|naa)\./i.test(rule));
}

export function hostsOf({
  initiators,
  readOnly,
}: Pick<TgtTargetFile, 'initiators' | 'readOnly'>): readonly AdmittedHost[] {
  return initiators.map((initiator) => ({ initiator, mode: readOnly ? 'ro' : 'rw' }));
}

/** @throws FAILED_PRECONDITION when they are not of one mode. */
export function withHosts(target: TgtTargetFile, hosts: readonly AdmittedHost[]): TgtTargetFile {
  const readOnly = hosts.length > 0 && hosts.every(({ mode }) => mode === 'ro');
  if (!readOnly && hosts.some(({ mode }) => mode === 'ro')) {
    throw new DriverError(
      'FAILED_PRECONDITION',
      'tgt cannot give one host read-only and another host writing access to the same volume; LIO can',
    );
  }
  return { ...target, initiators: hosts.map(({ initiator }) => initiator), readOnly };
}
