export { type FailureDetail, messageOf } from './message-event.js';
export { MessagesModule } from './messages.module.js';
export { MessagesRepository } from './messages.repository.js';
export { MessagesService } from './messages.service.js';
