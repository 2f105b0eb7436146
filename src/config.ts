/**
 * All settings of one process, checked. The environment is read here and nowhere else.
 *
 * - environment: the database, the encryption key, where to listen, and the secrets that files name
 * - `ponbridge.yaml`: the marketplaces' apps, the agents' accounts, groups of stores, and timings
 * - `stores/<name>.yaml`: one store each
 * @module
 */
export { environment } from './config/environment.ts';
export { loadSettings, loadStoreFile } from './config/load.ts';
export { formatProblem, SettingsError } from './config/problem.ts';
export { serviceFile } from './config/service-file.ts';
export type { Account, App, Settings, Store, Timings } from './config/types.ts';
