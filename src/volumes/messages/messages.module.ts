import { Module } from '@nestjs/common';
import { Links } from '../../api/http/next-link.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

@Module({
  controllers: [MessagesController],
  providers: [MessagesService, MessagesRepository, Links],
  exports: [MessagesService],
})
export class MessagesModule {}
