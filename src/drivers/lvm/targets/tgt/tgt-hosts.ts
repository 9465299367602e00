import { DriverError } from '../../../contract/index.js';
import type { ChapCredentials } from '../../../iscsi/iscsi-connection.js';
import type { AdmittedHost } from '../target.js';
import type { TgtTargetFile } from './tgt-file.js';
import type { TgtTargetReport } from './tgt-report.js';

/** Returns the first of these credentials whose user is bound to the target; null if none is. */
export function boundTo(
  found: TgtTargetReport | null,
  candidates: readonly (ChapCredentials | null | undefined)[],
): ChapCredentials | null {
  return (
    candidates.find((candidate) => candidate != null && found?.accounts.includes(candidate.username)) ?? null
  );
}

/** Returns the rules by initiator name. Rules by address, which others must have added, are only reported by Target.find. */
export function namesIn({ rules }: TgtTargetReport): readonly string[] {
  return rules.filter((rule) => /^(iqn|eui|naa)\./i.test(rule));
}

export function hostsOf({
  initiators,
  readOnly,
}: Pick<TgtTargetFile, 'initiators' | 'readOnly'>): readonly AdmittedHost[] {
  return initiators.map((initiator) => ({ initiator, mode: readOnly ? 'ro' : 'rw' }));
}

/** @throws FAILED_PRECONDITION when the hosts have different modes. */
export function withHosts(target: TgtTargetFile, hosts: readonly AdmittedHost[]): TgtTargetFile {
  const readOnly = hosts.length > 0 && hosts.every(({ mode }) => mode === 'ro');
  if (!readOnly && hosts.some(({ mode }) => mode === 'ro')) {
    throw new DriverError(
      'FAILED_PRECONDITION',
      'tgt cannot export a volume read-only to one host and read-write to another; LIO can',
    );
  }
  return { ...target, initiators: hosts.map(({ initiator }) => initiator), readOnly };
}
