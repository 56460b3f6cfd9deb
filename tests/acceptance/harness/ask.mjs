// The guard's admin endpoint as a test asks it.

import assert from 'node:assert/strict';
import http from 'node:http';

/** { status, type, allow, body } */
export function ask(link, path, method = 'GET', headers = {}) {
  const where = { host: '127.0.0.1', port: link.guard.admin_port, path, method, headers };
  return new Promise((resolve, reject) => {
    const call = http.request(where, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          type: response.headers['content-type'] ?? '',
          allow: response.headers.allow ?? '',
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    call.once('error', reject);
    call.setTimeout(20_000, () => call.destroy(new Error(`${path}: no answer within 20 s`)));
    call.end();
  });
}

export async function ask_json(link, path) {
  const { status, type, body } = await ask(link, path);
  assert.equal(status, 200, path);
  assert.match(type, /^application\/json/, path);
  return JSON.parse(body);
}

/** One sample's value; undefined when there is none. */
export function sample(text, name, ...labels) {
  const line = text
    .split('\n')
    .find(
      (l) =>
        (l.startsWith(`${name}{`) || l.startsWith(`${name} `)) &&
        labels.every((x) => l.includes(x)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

/** Rows of a table: /queues is { queues: [...] }. */
export async function rows(link, table) {
  return (await ask_json(link, `/${table}`))[table];
}

/** The events of one type, newest first. */
export async function events(link, type) {
  return (await ask_json(link, `/events?type=${type}`)).events;
}
