export type { JsonObject, JsonValue } from './json.js';
export type { OptionsOf } from './options-of.js';
export type {
  AccessMode,
  Connection,
  ConnectionInfo,
  Connector,
  ExportDetails,
  VolumeRef,
} from './connection.js';
export { exportPage, type ExportPage } from './export-page.js';
export { DriverError, isDriverError, type DriverErrorCode } from './driver-error.js';
export type {
  BackendStats,
  CallContext,
  DriverCapabilities,
  DriverFor,
  ExportState,
  ExtendableDriver,
  FencingDriver,
  VolumeDriver,
  VolumeState,
} from './volume-driver.js';
export {
  CONTRACT_VERSION,
  defineDriver,
  type DriverDefinition,
  type DriverHost,
  type DriverLog,
  type OptionsIn,
} from './define-driver.js';
