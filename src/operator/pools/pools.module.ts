import { Module } from '@nestjs/common';
import { VolumeTypesModule } from '../../volumes/types/index.js';
import { PoolsController } from './pools.controller.js';
import { PoolUsage } from './pool-usage.js';
import { PoolsService } from './pools.service.js';

@Module({
  imports: [VolumeTypesModule],
  controllers: [PoolsController],
  providers: [PoolsService, PoolUsage],
})
export class PoolsModule {}
