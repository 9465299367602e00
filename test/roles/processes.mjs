import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDatabase } from '../chaos/lib/databases.mjs';
import { untilJoined } from '../chaos/lib/joined.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';

/** An API replica and volume nodes on a new database, each a process. */
export class RoleProcesses {
  #servers = [];
  #logs = [];
  /** The replica's address. */
  address;
  /** What each process has logged, by its name. */
  lines = {};

  /** @param settings of all of them. */
  static async start({ nodes, broker, database, folder, settings = {} }) {
    const processes = new RoleProcesses();
    const shared = {
      DATABASE_URL: await emptyDatabase(database.url),
      CLINKER_TRANSPORT_URL: broker,
      ...settings,
    };
    try {
      for (const name of nodes) {
        const backends = JSON.stringify([{ name: `disk-${name}`, driver: 'fake' }]);
        const own = { CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: name, CLINKER_BACKENDS: backends };
        await processes.#start(name, folder, { ...shared, ...own });
      }
      processes.address = await processes.#start('replica', folder, { ...shared, CLINKER_ROLE: 'api' });
      await untilJoined(processes.address, nodes.length);
    } catch (error) {
      await processes.end();
      throw error;
    }
    return processes;
  }

  async #start(name, folder, settings) {
    const lines = (this.lines[name] = []);
    const logFile = join(folder, `${name}.log`);
    this.#logs.push(logFile);
    const server = new ServerProcess(
      { CLINKER_DATA_FOLDER: join(folder, name), CLINKER_RESPONSE_VALIDATION: 'error', ...settings },
      { logFile, onLine: (line) => lines.push(line) },
    );
    this.#servers.push(server);
    return server.address;
  }

  /** All that they wrote, to standard error as well. */
  async output() {
    const files = await Promise.all(this.#logs.map((file) => readFile(file, 'utf8')));
    return [...Object.values(this.lines).flat(), ...files].join('\n');
  }

  async end() {
    await Promise.all(this.#servers.map((server) => server.kill()));
  }
}
