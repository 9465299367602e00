/** The server did not answer: the outcome of the request is unknown. */
export class Unanswered extends Error {}

/** HTTP requests of one client. */
export class Client {
  constructor(base, project = 'chaos') {
    this.base = base;
    this.headers = { 'X-Auth-Token': `admin:${project}`, 'OpenStack-API-Version': 'volume latest' };
  }

  /** @throws Unanswered */
  async send(method, path, body, headers = {}) {
    try {
      const response = await fetch(`${this.base}/v3${path}`, {
        method,
        headers: { ...this.headers, ...headers, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(120_000),
      });
      const text = await response.text();
      const { status, headers: answered } = response;
      return { status, headers: answered, body: text === '' ? null : JSON.parse(text) };
    } catch (cause) {
      throw new Unanswered(`${method} ${path}`, { cause });
    }
  }

  createVolume(name, type) {
    return this.send('POST', '/volumes', { volume: { size: 1, name, ...(type && { volume_type: type }) } });
  }

  deleteVolume(id) {
    return this.send('DELETE', `/volumes/${id}`);
  }

  /** @param key its Idempotency-Key, if any. */
  create(volumeId, instance, connector, key) {
    const attachment = { volume_uuid: volumeId, instance_uuid: instance, ...(connector && { connector }) };
    return this.send('POST', '/attachments', { attachment }, key && { 'Idempotency-Key': key });
  }

  update(id, connector) {
    return this.send('PUT', `/attachments/${id}`, { attachment: { connector } });
  }

  complete(id) {
    return this.send('POST', `/attachments/${id}/action`, { 'os-complete': null });
  }

  /** Sends a volume action. */
  act(volumeId, name, value = null) {
    return this.send('POST', `/volumes/${volumeId}/action`, { [name]: value });
  }

  delete(id) {
    return this.send('DELETE', `/attachments/${id}`);
  }
}

export const initiatorOf = (host) => `iqn.1994-05.com.example:${host}`;

export const connectorOf = (host) => ({
  initiator: initiatorOf(host),
  ip: '192.0.2.10',
  host,
  platform: 'x86_64',
  os_type: 'linux',
  multipath: false,
  mountpoint: '/dev/vdb',
});
