import { constants } from 'node:fs';
import { relative } from 'node:path';

const NAMESPACE = () => ({
  device_path: '(null)',
  device_uuid: ZEROS,
  device_nguid: ZEROS,
  enable: '0',
  revalidate_size: '',
});
const PORT = () => ({ addr_trtype: '', addr_adrfam: '', addr_traddr: '', addr_trsvcid: '' });
const ZEROS = '00000000-0000-0000-0000-000000000000';

/** The kernel's NVMe target as seen in configfs, with its rules. Its methods are those of node:fs/promises. */
export class SimulatedNvmet {
  subsystems = new Map();
  hosts = new Map();
  ports = new Map();
  /** Sizes that hosts were told of, in the order of the messages. */
  revalidated = [];

  /**
   * @param {string} root where it is mounted
   * @param {{ authenticates?: boolean, addresses?: readonly string[] }} options whether the kernel can authenticate hosts,
   * and the addresses at which it can listen (default: any)
   */
  constructor(root, { authenticates = true, addresses } = {}) {
    this.root = root;
    this.authenticates = authenticates;
    this.addresses = addresses;
  }

  /** Forgets everything, as the kernel does in a reboot. */
  reboot() {
    for (const objects of [this.subsystems, this.hosts, this.ports]) objects.clear();
  }

  /** Whether a host can connect to a subsystem and find its namespace. */
  serves(nqn, hostNqn) {
    const found = this.subsystems.get(nqn);
    const isOpen = [...this.ports.values()].some(({ linked }) => linked.has(nqn));
    return isOpen && found.allowed.has(hostNqn) && found.namespaces.get('1')?.enable === '1';
  }

  async mkdir(path) {
    const [kind, name, group, id] = this.#parts(path);
    if (group === 'namespaces') return create(this.#subsystem(name).namespaces, id, NAMESPACE());
    if (kind === 'subsystems') {
      return create(this.subsystems, name, {
        attributes: { attr_serial: 'a0' },
        namespaces: new Map(),
        allowed: new Set(),
      });
    }
    if (kind === 'ports') return create(this.ports, name, { attributes: PORT(), linked: new Set() });
    const keys = this.authenticates ? { dhchap_key: '', dhchap_dhgroup: 'null' } : {};
    return create(this.hosts, name, { attributes: keys });
  }

  async rmdir(path) {
    const [kind, name, group, id] = this.#parts(path);
    if (group === 'namespaces') return remove(this.#subsystem(name).namespaces, id);
    const isLinked =
      kind === 'subsystems'
        ? [...this.ports.values()].some(({ linked }) => linked.has(name))
        : [...this.subsystems.values()].some(({ allowed }) => allowed.has(name));
    if (isLinked) throw failure('EBUSY');
    const { namespaces, allowed } = this[kind].get(name) ?? {};
    if ((namespaces?.size ?? 0) + (allowed?.size ?? 0) > 0) throw failure('ENOTEMPTY');
    return remove(this[kind], name);
  }

  async symlink(to, path) {
    const links = this.#links(path);
    const [kind, target] = this.#parts(to);
    if (!this[kind].has(target)) throw failure('ENOENT');
    const [owner, id, , name] = this.#parts(path);
    if (links.has(name)) throw failure('EEXIST');
    const traddr = owner === 'ports' ? this.ports.get(id).attributes.addr_traddr : null;
    if (traddr !== null && this.addresses?.includes(traddr) === false) throw failure('EADDRNOTAVAIL');
    links.add(name);
  }

  async unlink(path) {
    if (!this.#links(path).delete(this.#parts(path)[3])) throw failure('ENOENT');
  }

  async readdir(path) {
    const [kind, name, group] = this.#parts(path);
    if (name === undefined) return [...this[kind].keys()];
    if (group === 'namespaces') return [...this.#subsystem(name).namespaces.keys()];
    return [...this.#links(`${path}/any`)];
  }

  async readFile(path) {
    const [attributes, key] = this.#attribute(path);
    return `${attributes[key]}\n`;
  }

  async writeFile(path, value, { flag }) {
    if (flag !== constants.O_WRONLY) throw failure('EACCES');
    const [attributes, key, object] = this.#attribute(path);
    if (key.startsWith('device_') && attributes.enable === '1') throw failure('EBUSY');
    if (key === 'enable' && attributes.device_path === '(null)') throw failure('ENOTBLK');
    if (key.startsWith('addr_') && object.linked.size > 0) throw failure('EACCES');
    if (key === 'revalidate_size') this.revalidated.push(path);
    else attributes[key] = value;
  }

  #parts(path) {
    return relative(this.root, path).split('/');
  }

  #subsystem(nqn) {
    const found = this.subsystems.get(nqn);
    if (found === undefined) throw failure('ENOENT');
    return found;
  }

  /** Names of the links beside this one. */
  #links(path) {
    const [kind, name] = this.#parts(path);
    if (kind === 'subsystems') return this.#subsystem(name).allowed;
    const port = this.ports.get(name);
    if (port === undefined) throw failure('ENOENT');
    return port.linked;
  }

  #attribute(path) {
    const [kind, name, ...rest] = this.#parts(path);
    const object = this[kind].get(name);
    const attributes = rest.length === 3 ? object?.namespaces.get(rest[1]) : object?.attributes;
    const key = rest.at(-1);
    if (attributes === undefined || !Object.hasOwn(attributes, key)) throw failure('ENOENT');
    return [attributes, key, object];
  }
}

function create(objects, name, value) {
  if (objects.has(name)) throw failure('EEXIST');
  objects.set(name, value);
}

function remove(objects, name) {
  if (!objects.delete(name)) throw failure('ENOENT');
}

/** An error like those of node:fs. */
export function failure(code) {
  return Object.assign(new Error(code), { code });
}
