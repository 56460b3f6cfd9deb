// What redis-server says about itself, asked directly (never through the guard).

import { WireClient } from './wire.mjs';

/** Runs body with a connection past the guard. */
export async function directly(link, body) {
  const client = await WireClient.connect(link.direct_port);
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

/** INFO section as an object. */
export async function info(client, section) {
  const text = (await client.call('INFO', section)).toString();
  return Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/** Digest over all keys and values of all databases. */
export async function data_digest(link) {
  return directly(link, async (client) => String(await client.call('DEBUG', 'DIGEST')));
}
