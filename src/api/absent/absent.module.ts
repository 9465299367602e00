import { Module } from '@nestjs/common';
import { absentController } from './absent.controller.js';
import { ABSENT_RESOURCES } from './absent-resources.js';

@Module({ controllers: ABSENT_RESOURCES.map(absentController) })
export class AbsentModule {}
