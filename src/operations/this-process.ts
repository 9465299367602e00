import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Identity of this server process in its journal entries. */
@Injectable()
export class ThisProcess {
  readonly id: string = randomUUID();
}
