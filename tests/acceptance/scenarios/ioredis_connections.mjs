// ioredis 6: many connections, reconnects, half-close.

import assert from 'node:assert/strict';
import { direct_client, for_both_protocols, ioredis_client, outcome } from '../harness/clients.mjs';
import { directly, info } from '../harness/info.mjs';
import { test } from '../harness/test.mjs';
import { next_event, sleep, until, within } from '../harness/wait.mjs';

const CONNECTIONS = 50;

/** What belongs to one connection (name, database, WATCH, reply order) stays with it. */
async function fifty_connections(link, protocol) {
  const indices = [...Array(CONNECTIONS).keys()];
  const clients = await Promise.all(
    indices.map((i) =>
      ioredis_client(link, { protocol, connectionName: `client-${i}`, db: i % 16 }),
    ),
  );
  const wrong = [];
  const expect_equal = (found, expected, what) => {
    if (found !== expected) wrong.push(`${what}: ${found} instead of ${expected}`);
  };
  await Promise.all(
    clients.map(async (client, i) => {
      for (let round = 0; round < 40; round++) {
        const replies = await Promise.all([
          client.echo(`${i}.${round}`),
          client.set(`own:${i}`, round),
          client.get(`own:${i}`),
          client.incr('of this database'),
          client.call('CLIENT', 'GETNAME'),
        ]);
        expect_equal(replies[0], `${i}.${round}`, 'echo');
        expect_equal(replies[2], `${round}`, 'get');
        expect_equal(replies[4], `client-${i}`, 'name');
      }
    }),
  );
  assert.deepEqual(wrong, []);
  const listed = await directly(link, async (c) => String(await c.call('CLIENT', 'LIST')));
  const sums = await Promise.all(clients.slice(0, 16).map((c) => c.get('of this database')));
  assert.deepEqual(sums.slice(0, 3), ['160', '160', '120']);
  await Promise.all(clients.map((client) => client.quit()));
  await directly(link, (c) =>
    until('upstream connections to end with their clients', async () => {
      return !/ name=client-/.test(String(await c.call('CLIENT', 'LIST')));
    }),
  );
  return { sums, named: new Set(listed.match(/ name=client-\d+/g)).size };
}

const CUTS = {
  client_kill: async (client, other) => other.client('KILL', 'ID', await client.client('ID')),
  socket_destroy: async (client) => client.stream.destroy(),
  socket_reset: async (client) => client.stream.resetAndDestroy(),
};

/** After a cut ioredis dials again, restores its state and sends again what was not answered. */
async function reconnect(link, protocol, cut) {
  const options = { protocol, db: 5, retryStrategy: () => 50, maxRetriesPerRequest: null };
  const client = await ioredis_client(link, options);
  const subscriber = await ioredis_client(link, options);
  const other = await direct_client(link, { db: 5 });
  const events = [];
  for (const name of ['close', 'reconnecting', 'connect', 'ready', 'end']) {
    client.on(name, () => events.push(name));
  }
  const messages = [];
  subscriber.on('message', (channel, text) => messages.push(`${channel}: ${text}`));
  await subscriber.subscribe('news');
  await client.set('k', 'before');

  for (let round = 1; round <= 3; round++) {
    const back = next_event(client, 'ready');
    await CUTS[cut](client, other);
    await back;
    await client.set('k', `round ${round}`);
  }
  // A blocked read survives the cut, because ioredis sends it again; its element is taken once.
  const blocked = client.blpop('jobs', 20);
  const first_id = await until('BLPOP to block', () => blocked_id(other));
  const back = next_event(client, 'ready');
  if (cut === 'client_kill') await other.client('KILL', 'ID', first_id);
  else await CUTS[cut](client, other);
  await back;
  await until('BLPOP to block again, elsewhere', async () => {
    const id = await blocked_id(other);
    return id && id !== first_id;
  });
  await other.rpush('jobs', 'first', 'second');

  const resubscribed = next_event(subscriber, 'ready');
  await CUTS.socket_destroy(subscriber);
  await resubscribed;
  await until(
    'the subscription to be restored',
    async () => (await other.publish('news', 'x')) > 0,
  );
  await until('its message', () => messages.includes('news: x'));
  return {
    events,
    popped: await within('the blocked read', 20_000, blocked),
    left: await other.lrange('jobs', 0, -1),
    value: await other.get('k'),
  };
}

async function is_blocked(link) {
  return directly(link, async (c) => (await info(c, 'clients')).blocked_clients === '1');
}

/** The one connection that is blocked; undefined while there is none, or are two. */
async function blocked_id(other) {
  const lines = (await other.client('LIST')).split('\n').filter((l) => / flags=b/.test(l));
  return lines.length === 1 ? lines[0].match(/^id=(\d+)/)[1] : undefined;
}

const SLOW = `local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end
local e = now() + 150 repeat until now() > e return 'slept'`;

/**
 * ioredis' disconnect() half-closes. Whatever was sent before must be answered, else ioredis sends
 * it again on its next connection and it runs twice (EMAILENGINE.md 5.2). The slow script in front
 * keeps every reply outstanding until long after the FIN.
 */
async function half_close_and_return(link, protocol, count) {
  const client = await ioredis_client(link, { protocol, retryStrategy: () => 50 });
  const ready = next_event(client, 'ready');
  client.stream.cork(); // One segment: redis-server reads the INCRs together with the script.
  const replies = [client.eval(SLOW, 0)];
  for (let i = 0; i < count; i++) replies.push(client.incr('counter'));
  client.stream.uncork();
  client.disconnect(true);
  const values = await within('all replies', 30_000, Promise.all(replies));
  await ready;
  const counter = await client.get('counter');
  assert.equal(counter, `${count}`, 'each INCR was executed exactly once');
  return { first: values.slice(0, 3), last: values.at(-1), counter };
}

async function half_close_for_good(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const end = next_event(client, 'end');
  const replies = [client.eval(SLOW, 0)];
  for (let i = 0; i < 50; i++) replies.push(client.incr('counter'));
  client.disconnect();
  await end;
  const values = await Promise.all(replies.map((reply) => outcome(reply)));
  return { values, counter: await (await direct_client(link)).get('counter') };
}

/** EmailEngine's way into it: any error reply, because reconnectOnError is always true. */
async function half_close_after_error(link, protocol) {
  const client = await ioredis_client(link, {
    protocol,
    retryStrategy: () => 50,
    reconnectOnError: () => true,
  });
  const ready = next_event(client, 'ready');
  const replies = [client.call('NOSUCHCOMMAND'), client.eval(SLOW, 0)];
  for (let i = 0; i < 100; i++) replies.push(client.incr('counter'));
  const values = await within('replies', 30_000, Promise.all(replies.map((r) => outcome(r))));
  await ready;
  const counter = await client.get('counter');
  assert.equal(counter, '100', 'each INCR was executed exactly once');
  return { first: values[0], last: values.at(-1), counter };
}

/** A client that goes away while blocked must not keep its upstream connection blocked. */
async function leave_while_blocked(link, protocol) {
  const seen = {};
  const leave = {
    disconnect: (client) => client.disconnect(), // FIN
    destroy: (client) => client.stream.destroy(), // FIN, and RST to whatever still comes
    reset: (client) => client.stream.resetAndDestroy(), // RST
  };
  for (const how of Object.keys(leave)) {
    const client = await ioredis_client(link, { protocol, retryStrategy: null });
    const reply = outcome(client.blpop('never', 0));
    await until('BLPOP to block', () => is_blocked(link));
    leave[how](client);
    seen[how] = await within('the pending promise', 20_000, reply);
    await until('upstream to be free again', async () => !(await is_blocked(link)));
  }
  await sleep(50);
  const other = await direct_client(link);
  await other.rpush('never', 'element');
  seen.left = await other.lrange('never', 0, -1);
  assert.deepEqual(seen.left, ['element']);
  return seen;
}

export default [
  ...for_both_protocols((protocol, suffix) => [
    test(`ioredis.fifty_connections.${suffix}`, (link) => fifty_connections(link, protocol)),
    ...Object.keys(CUTS).map((cut) =>
      test(`ioredis.reconnect.${cut}.${suffix}`, (link) => reconnect(link, protocol, cut)),
    ),
    test(`ioredis.half_close.10.${suffix}`, (link) => half_close_and_return(link, protocol, 10)),
    test(`ioredis.half_close.5000.${suffix}`, (link) =>
      half_close_and_return(link, protocol, 5000)),
    test(`ioredis.half_close.for_good.${suffix}`, (link) => half_close_for_good(link, protocol)),
    test(`ioredis.half_close.error.${suffix}`, (link) => half_close_after_error(link, protocol)),
    test(`ioredis.leave_while_blocked.${suffix}`, (link) => leave_while_blocked(link, protocol)),
  ]).flat(),
];
