import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ProcessWatch } from '../../operations/process-watch.js';
import { NodeBackendsRepository } from './node-backends.repository.js';
import { OwnedElsewhere } from './owned-elsewhere.js';

/** What a volume node does before it touches a backend. */
@Injectable()
export class NodeStart {
  constructor(
    private readonly watch: ProcessWatch,
    private readonly unitOfWork: UnitOfWork,
    private readonly rows: NodeBackendsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Takes the node's name and checks its backends' names. @throws NodeNameTaken; OwnedElsewhere. */
  async assertSole(): Promise<void> {
    await this.watch.signOn();
    const names = this.config.backends.map(({ name }) => name);
    const taken = await this.unitOfWork.run((tx) =>
      this.rows.ofOthers(tx, this.config.node_name ?? '', names),
    );
    if (taken.length > 0) throw new OwnedElsewhere(taken.map(({ name, node }) => `${name} (${node})`));
  }
}
