// ioredis as our tests and as EmailEngine configure it.

import { Redis } from 'ioredis';

/** An ioredis client on the link; ends with the process at the latest. */
export async function ioredis_client(link, options = {}) {
  const client = new Redis({ host: '127.0.0.1', port: link.port, lazyConnect: true, ...options });
  client.on('error', () => {}); // Else ioredis prints every one; what matters shows in the replies.
  await client.connect();
  return client;
}

/** The same, but past the guard. */
export function direct_client(link, options = {}) {
  return ioredis_client({ port: link.direct_port }, options);
}

/** EmailEngine 2.79's options (its lib/db.js): what a queue worker lives with. */
export function emailengine_options(port) {
  return {
    host: '127.0.0.1',
    port,
    db: 8,
    maxRetriesPerRequest: null,
    showFriendlyErrorStack: true,
    disableClientInfo: true,
    offlineQueue: true,
    retryStrategy: (times) => (times ? Math.min(2 ** times * 500, 15_000) : 1000),
    reconnectOnError: () => true,
  };
}

/** The reply, or the error's text: for observing both alike. */
export async function outcome(promise) {
  try {
    return await promise;
  } catch (error) {
    return `error: ${error.message}`;
  }
}

/** tests for RESP2 and RESP3: name.resp2 and name.resp3. */
export function for_both_protocols(make) {
  return [2, 3].map((protocol) => make(protocol, `resp${protocol}`));
}
