import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** This server process, as its journal entries name it. */
@Injectable()
export class ThisProcess {
  readonly id: string = randomUUID();
}
