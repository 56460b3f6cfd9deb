// ioredis 6: blocking reads, with a writer and with time-outs.

import assert from 'node:assert/strict';
import { direct_client, for_both_protocols, ioredis_client } from '../harness/clients.mjs';
import { directly, info } from '../harness/info.mjs';
import { test } from '../harness/test.mjs';
import { until } from '../harness/wait.mjs';

/** How to block, and what another connection does to end it. */
const READS = {
  blpop: [(c, s) => c.blpop('l1', 'l2', s), (w, i) => w.rpush('l2', `element ${i}`)],
  brpop: [(c, s) => c.brpop('l', s), (w, i) => w.lpush('l', `element ${i}`)],
  bzpopmin: [(c, s) => c.bzpopmin('z', s), (w, i) => w.zadd('z', i, `member ${i}`)],
  bzpopmax: [(c, s) => c.bzpopmax('z', s), (w, i) => w.zadd('z', i, `member ${i}`)],
  blmove: [
    (c, s) => c.blmove('from', 'to', 'LEFT', 'RIGHT', s),
    (w, i) => w.rpush('from', `element ${i}`),
  ],
  blmpop: [
    (c, s) => c.call('BLMPOP', s, 1, 'l', 'LEFT', 'COUNT', 10),
    (w, i) => w.rpush('l', `a ${i}`, `b ${i}`, `c ${i}`),
  ],
  xread: [
    (c, s) => c.xread('BLOCK', s * 1000, 'STREAMS', 'x', '$'),
    (w, i) => w.xadd('x', `${i + 1}-1`, 'field', `value ${i}`),
  ],
};

function blocked_now(link, count) {
  return until(`${count} blocked clients`, () =>
    directly(link, async (c) => (await info(c, 'clients')).blocked_clients === `${count}`),
  );
}

async function with_writer(link, protocol) {
  const writer = await direct_client(link);
  const client = await ioredis_client(link, { protocol });
  const seen = {};
  for (const [name, [read, write]] of Object.entries(READS)) {
    link.step(name);
    seen[name] = [];
    for (let i = 0; i < 5; i++) {
      const reply = read(client, 20);
      const behind = client.echo(`behind ${i}`); // Must wait for the blocked one.
      await blocked_now(link, 1);
      await write(writer, i);
      seen[name].push(await reply, await behind);
    }
  }
  return seen;
}

async function with_time_out(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const seen = {};
  for (const [name, [read]] of Object.entries(READS)) {
    const begin = Date.now();
    const reply = await read(client, 0.2);
    const ms = Date.now() - begin;
    seen[name] = [reply, await client.echo('behind')];
    assert.ok(ms >= 150 && ms < 20_000, `${name} timed out after ${ms} ms instead of 200`);
    assert.equal(reply, null);
  }
  return seen;
}

/** Thirty waiting connections, one element for each, none taken twice. */
async function many_waiters(link, protocol) {
  const writer = await direct_client(link);
  const clients = await Promise.all([...Array(30)].map(() => ioredis_client(link, { protocol })));
  const taken = clients.map((client) => client.bzpopmin('marker', 20));
  await blocked_now(link, 30);
  const pipeline = writer.pipeline();
  for (let i = 0; i < 30; i++) pipeline.zadd('marker', i, `job ${i}`);
  await pipeline.exec();
  const members = (await Promise.all(taken)).map(([, member]) => member).sort();
  assert.equal(new Set(members).size, 30);
  return { members, left: await writer.zcard('marker') };
}

/** CLIENT UNBLOCK, as an operator would send it. */
async function unblocked(link, protocol) {
  const other = await direct_client(link);
  const client = await ioredis_client(link, { protocol });
  const id = await client.client('ID');
  const seen = [];
  for (const how of ['TIMEOUT', 'ERROR']) {
    const reply = client.blpop('l', 20).catch((error) => error.message);
    await blocked_now(link, 1);
    await other.call('CLIENT', 'UNBLOCK', id, how);
    seen.push(await reply);
  }
  assert.match(seen[1], /^UNBLOCKED/);
  return [...seen, await client.echo('alive')];
}

export default for_both_protocols((protocol, suffix) => [
  test(`ioredis.blocking.writer.${suffix}`, (link) => with_writer(link, protocol)),
  test(`ioredis.blocking.time_out.${suffix}`, (link) => with_time_out(link, protocol)),
  test(`ioredis.blocking.many.${suffix}`, (link) => many_waiters(link, protocol)),
  test(`ioredis.blocking.unblocked.${suffix}`, (link) => unblocked(link, protocol)),
]).flat();
