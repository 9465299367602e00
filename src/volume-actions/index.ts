export { VolumeActionsModule } from './volume-actions.module.js';
