import { Controller, Get } from '@nestjs/common';
import { ALIVE, LIVE_PATH } from '../http/health-paths.js';
import { Unversioned } from '../../microversion/microversion.decorators.js';

/** For supervisors that restart a process which does not answer: looks at nothing else. No identity needed. */
@Controller(LIVE_PATH)
@Unversioned()
export class LivenessController {
  @Get()
  answer(): object {
    return ALIVE;
  }
}
