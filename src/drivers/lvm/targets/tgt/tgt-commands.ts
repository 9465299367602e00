import type { Argv } from '../../../command/command-runner.js';

/** Selects a tgtd: a second one has its own control port. */
export interface TgtDaemon {
  readonly controlPort?: number;
}

/** LUN 0 of a tgt target is its controller. */
export const TGT_LUN = 1;

/** The commands for one tgtd. None contains a secret: credentials are passed in tgt-admin's file. */
export class TgtCommands {
  private readonly control: readonly string[];

  constructor({ controlPort }: TgtDaemon) {
    this.control = controlPort === undefined ? [] : ['-C', String(controlPort)];
  }

  showVersion(): Argv {
    return ['tgtadm', '--version'];
  }

  showTargets(): Argv {
    return this.tgtadm('target', 'show');
  }

  showPortals(): Argv {
    return this.tgtadm('portal', 'show');
  }

  /** @param portal as reported by {@link showPortals}. */
  newPortal(portal: string): Argv {
    return this.tgtadm('portal', 'new', '--param', `portal=${portal}`);
  }

  /** Stops new connections to the portal; open sessions continue. */
  deletePortal(portal: string): Argv {
    return this.tgtadm('portal', 'delete', '--param', `portal=${portal}`);
  }

  bindInitiator(tid: number, initiator: string): Argv {
    return this.tgtadm('target', 'bind', '--tid', String(tid), '--initiator-name', initiator);
  }

  unbindInitiator(tid: number, initiator: string): Argv {
    return this.tgtadm('target', 'unbind', '--tid', String(tid), '--initiator-name', initiator);
  }

  dropConnection(tid: number, session: number, connection: number): Argv {
    return this.tgtadm(
      'conn',
      'delete',
      '--tid',
      String(tid),
      '--sid',
      String(session),
      '--cid',
      String(connection),
    );
  }

  setReadOnly(tid: number, readOnly: boolean): Argv {
    const params = `readonly=${readOnly ? 1 : 0}`;
    return this.tgtadm(
      'logicalunit',
      'update',
      '--tid',
      String(tid),
      '--lun',
      String(TGT_LUN),
      '--params',
      params,
    );
  }

  /** Deletes the target even if hosts are connected; their sessions end. */
  deleteTarget(tid: number): Argv {
    return this.tgtadm('target', 'delete', '--force', '--tid', String(tid));
  }

  deleteAccount(username: string): Argv {
    return this.tgtadm('account', 'delete', '--user', username);
  }

  /**
   * Recreates the target from its file. tgt-admin runs tgtadm with the secret as an argument of that short-lived process,
   * since tgtadm accepts it no other way. At least it stays out of sudo's log.
   */
  applyFile(file: string, iqn: string): Argv {
    return ['tgt-admin', ...this.control, '-c', file, '--update', iqn, '--force'];
  }

  private tgtadm(mode: string, operation: string, ...rest: readonly string[]): Argv {
    return ['tgtadm', ...this.control, '--lld', 'iscsi', '--mode', mode, '--op', operation, ...rest];
  }
}
