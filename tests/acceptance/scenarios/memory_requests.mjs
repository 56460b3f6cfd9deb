// Requests in masses: more than replies are read, more than upstream takes, larger than is allowed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import net from 'node:net';
import { directly, info } from '../harness/info.mjs';
import { ALLOCATOR, BUFFER, MIB, growth_of, mib } from '../harness/memory.mjs';
import { pattern_bytes } from '../harness/random.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until, within } from '../harness/wait.mjs';
import { ReplyReader, WireClient, request } from '../harness/wire.mjs';

const UNREAD = 200_000;
/** Bytes of a request whose reply is not there yet, in a queue that grows by doubling. */
const IN_FLIGHT = 2 * 24;

const SENDERS = 50;
/** More than the kernel keeps of a connection that nobody reads. */
const SENT = 40 * MIB;

const SKIPPED = 63 * MIB;
const TOO_LARGE = 65 * MIB;

/** 200 000 GETs of 1 KB are asked before the first reply is read. */
async function asks_before_it_reads(link) {
  const value = pattern_bytes(1024);
  await directly(link, (client) => client.call('SET', 'k', value));
  const commands = () =>
    directly(link, async (client) =>
      Number((await info(client, 'stats')).total_commands_processed),
    );
  const before = await commands();
  const growth = link.through_guard ? growth_of(link.guard.pid) : () => 0;
  const socket = net.connect(link.port, '127.0.0.1');
  socket.pause();
  const written = new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(Buffer.alloc(UNREAD * request('GET', 'k').length, request('GET', 'k')), resolve);
  });
  await within('the requests to be taken', 60_000, written);
  await until('all of them to be executed', async () => (await commands()) - before >= UNREAD, {
    limit_ms: 60_000,
  });
  const grown = growth();
  const limit = 2 * BUFFER + UNREAD * IN_FLIGHT + ALLOCATOR;
  if (link.through_guard) link.note(`guard grew by ${mib(grown)}, limit ${mib(limit)}`);
  assert.ok(grown < limit, `the guard grew by ${mib(grown)}, limit ${mib(limit)}`);

  const hash = createHash('sha256');
  let received = 0;
  const size = UNREAD * (value.length + '$1024\r\n\r\n'.length);
  const done = new Promise((resolve) => {
    socket.on('data', (chunk) => {
      hash.update(chunk);
      received += chunk.length;
      if (received >= size) resolve();
    });
  });
  socket.resume();
  await within('all replies', 60_000, done);
  socket.destroy();
  return { received, sha256: hash.digest('hex') };
}

/** 50 clients send 24 MiB each to a server that reads nothing, then reads all. */
async function upstream_does_not_read(link) {
  const value = pattern_bytes(SENT);
  const head = `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${SENT}\r\n`;
  const warm = await WireClient.connect(link.port);
  await warm.call('PING');
  const growth = growth_of(link.guard.pid);
  const senders = await Promise.all([...Array(SENDERS)].map(() => WireClient.connect(link.port)));
  await Promise.all(senders.map((client) => client.call('PING')));
  link.redis.signal('SIGSTOP');
  const left = () => senders.reduce((sum, { socket }) => sum + socket.writableLength, 0);
  const replies = senders.map((client) => {
    client.socket.write(head);
    client.socket.write(value); // The same bytes for all of them: no copy of request().
    return client.exchange('\r\n');
  });
  let last;
  for (let now = left(); now !== last; now = left()) {
    last = now;
    await sleep(500);
  }
  const grown = growth();
  const stuck = senders.filter(({ socket }) => socket.writableLength > 0).length;
  link.redis.signal('SIGCONT');
  const limit = SENDERS * 2 * BUFFER + ALLOCATOR;
  link.note(
    `${stuck} of ${SENDERS} senders had to wait: guard grew by ${mib(grown)}, limit ${mib(limit)}`,
  );
  assert.equal(stuck, SENDERS);
  assert.ok(grown < limit, `the guard grew by ${mib(grown)}, limit ${mib(limit)}`);
  const answers = await within('all replies', 60_000, Promise.all(replies));
  assert.ok(answers.every((answer) => answer === 'OK'));
  const after = growth();
  assert.ok(after < limit, `the guard grew by ${mib(after)} afterwards, limit ${mib(limit)}`);
  assert.equal(await warm.call('STRLEN', 'k'), SENT);
}

/** A refused request of 63 MiB is skipped and answered in its turn; one of 65 MiB ends the connection. */
async function refused_bodies(link) {
  const input = () =>
    directly(link, async (client) => Number((await info(client, 'stats')).total_net_input_bytes));
  const client = await WireClient.connect(link.port);
  await client.call('SET', 'k', 'old');
  const growth = growth_of(link.guard.pid);
  const before = await input();
  const replies = await Promise.all([
    client.call('ECHO', 'first'),
    client.call('SET', 'k', pattern_bytes(SKIPPED)),
    client.call('GET', 'k'),
  ]);
  const refused = replies[1].message ?? '';
  assert.match(refused, /^ERR respguard: command larger than the limit of \d+ bytes/);
  assert.deepEqual([String(replies[0]), String(replies[2])], ['first', 'old']);
  const came = (await input()) - before;
  const grown = growth();
  link.note(`${mib(SKIPPED)} skipped: guard grew by ${mib(grown)}, upstream got ${came} bytes`);
  assert.ok(came < 16_384, `${came} bytes came to upstream`);
  assert.ok(grown < 2 * MIB, `the guard grew by ${mib(grown)}`);

  client.socket.write(request('SET', 'k', pattern_bytes(TOO_LARGE)));
  const reader = new ReplyReader();
  const seen = [];
  client.socket.on('data', (chunk) => seen.push(...reader.push(chunk)));
  await within('the end of the connection', 30_000, client.closed);
  assert.ok((await input()) - before < 32_768, 'it came to upstream');
  assert.ok(growth() < 2 * MIB, `the guard grew by ${mib(growth())}`);
  const value = await directly(link, (direct) => direct.call('GET', 'k'));
  assert.equal(String(value), 'old');
}

const ONLY_GUARD = { modes: ['guard'], alone: true };
const REJECTS_OVER_1_MB = ['--set', 'policy.presets=upstash-1mb'];

export default [
  test('memory.asks_before_it_reads', asks_before_it_reads, { alone: true }),
  test('memory.upstream_does_not_read', upstream_does_not_read, ONLY_GUARD),
  test('memory.refused_bodies', refused_bodies, { ...ONLY_GUARD, guard: REJECTS_OVER_1_MB }),
];
