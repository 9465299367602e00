export { FencingModule } from './fencing.module.js';
