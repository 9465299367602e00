export { ComputePeer, type ListedServer, type ServerState, type ServerVolume } from './compute-peer.js';
export { Compute } from './compute.js';
export { ComputeModule } from './compute.module.js';
