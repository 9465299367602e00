import { Module } from '@nestjs/common';
import { SchedulingModule } from '../../volumes/scheduling/index.js';
import { VolumeTypesModule } from '../../volumes/types/index.js';
import { PoolsController } from './pools.controller.js';
import { PoolsService } from './pools.service.js';

@Module({
  imports: [SchedulingModule, VolumeTypesModule],
  controllers: [PoolsController],
  providers: [PoolsService],
})
export class PoolsModule {}
