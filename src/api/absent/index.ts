export { AbsentModule } from './absent.module.js';
