import type { ChapCredentials } from '../../../iscsi/iscsi-connection.js';
import type { AdmittedHost } from '../target.js';
import * as script from './lio-script.js';
import type { LioTargetState } from './lio-state.js';

/** Returns the lines that make the target admit exactly the wanted hosts, with these credentials. */
export function changesTo(
  found: LioTargetState,
  wanted: readonly AdmittedHost[],
  credentials: ChapCredentials | null,
): readonly string[] {
  const lines: string[] = [];
  const hosts = new Map(wanted.map((host) => [host.initiator, host]));
  for (const { initiator } of found.hosts) {
    if (!hosts.has(initiator)) lines.push(script.expel(found.iqn, initiator));
  }
  for (const host of hosts.values()) {
    const known = found.hosts.find(({ initiator }) => initiator === host.initiator);
    if (known !== undefined && known.mapped && known.mode !== host.mode)
      lines.push(...script.remap(found.iqn, host));
    const isAdmitted =
      known?.mapped === true && (credentials === null || known.username === credentials.username);
    if (!isAdmitted && credentials !== null) lines.push(...script.admit(found.iqn, host, credentials));
  }
  return lines;
}
