import { Injectable } from '@nestjs/common';
import { LegacyConnectSaga, LegacyDisconnectSaga } from '../attachments/index.js';
import { VolumeDeletionService, VolumeExtensionService, VolumesService } from '../volumes/index.js';
import { LegacyAttachService } from './legacy-attach.service.js';
import { StatusResetService } from './status-reset.service.js';
import { VolumeMarksService } from './volume-marks.service.js';

/** The services behind the volume actions. */
@Injectable()
export class ActionServices {
  constructor(
    readonly volumes: VolumesService,
    readonly marks: VolumeMarksService,
    readonly resets: StatusResetService,
    readonly attaching: LegacyAttachService,
    readonly connecting: LegacyConnectSaga,
    readonly disconnecting: LegacyDisconnectSaga,
    readonly extension: VolumeExtensionService,
    readonly deletion: VolumeDeletionService,
  ) {}
}
