// The guard's memory with the slowest and the greediest clients (guard only: it is its RSS).

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { directly, info } from '../harness/info.mjs';
import { ALLOCATOR, BUFFER, KIB, MIB, growth_of, mib } from '../harness/memory.mjs';
import { matches_pattern, pattern_bytes } from '../harness/random.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until, within } from '../harness/wait.mjs';
import { WireClient, request } from '../harness/wire.mjs';

const SLOW_CLIENTS = 50;
const VALUE_SIZE = 100 * MIB;
const SLOW_SECONDS = 20;
/** On a busy machine redis-server needs a while until it has copied the value for everybody. */
const SLOW_SECONDS_MAX = 90;
/** A second, of each client in the mean; a client that reads nothing would prove little. */
const SLOW_READ_MIN = 32 * KIB;
const SLOW_GROWTH_MAX = SLOW_CLIENTS * 2 * BUFFER + ALLOCATOR;

const GREEDY_CLIENTS = 200;
const GREEDY_GROWTH_MAX = GREEDY_CLIENTS * 2 * BUFFER + ALLOCATOR;

/** redis-server copies the value once per client that does not read; smaller where RAM is short. */
function affordable_size(link, wanted) {
  const meminfo = fs.readFileSync('/proc/meminfo', 'utf8');
  const available = Number(meminfo.match(/^MemAvailable:\s+(\d+) kB/m)[1]) * KIB;
  const size = Math.min(wanted, Math.floor((available * 0.6) / (SLOW_CLIENTS + 2)));
  const size_min = link.long ? wanted : 16 * MIB;
  assert.ok(size >= size_min, `only ${mib(available)} of memory available`);
  return size;
}

/** Asks for the value and reads it one chunk at a time, checking every byte. */
class SlowReader {
  constructor(port, size) {
    this.header = Buffer.from(`$${size}\r\n`);
    this.size = size;
    this.received = 0;
    this.problem = undefined;
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.pause();
    this.socket.on('error', (error) => (this.problem ??= error.message));
    this.socket.on('end', () => (this.problem ??= 'the connection was ended'));
    this.socket.on('data', (chunk) => this.check(chunk));
    this.socket.write(request('GET', 'large'));
  }

  check(chunk) {
    this.on_chunk?.(chunk.length);
    const in_header = Math.max(0, this.header.length - this.received);
    const header = this.header.subarray(this.received, this.received + chunk.length);
    const offset = Math.max(0, this.received - this.header.length);
    const value = chunk.subarray(in_header, in_header + this.size - offset);
    if (!chunk.subarray(0, header.length).equals(header) || !matches_pattern(value, offset)) {
      this.problem ??= `wrong bytes at ${this.received}`;
    }
    this.received += chunk.length;
    if (this.received >= this.header.length + this.size + 2) this.done?.();
  }

  /** Reads about that much and then nothing, however the bytes are cut. */
  sip(bytes) {
    let left = bytes;
    this.on_chunk = (size) => {
      left -= size;
      if (left <= 0) this.socket.pause();
    };
    this.socket.resume();
  }

  /** Reads all the rest at once. */
  drain() {
    const done = new Promise((resolve) => (this.done = resolve));
    this.on_chunk = undefined;
    this.socket.resume();
    return within('the rest of the value', 60_000, done);
  }
}

/** `wanted`: size of the value; `seconds`: how long its readers are slow. */
async function slow_readers(link, wanted, seconds) {
  const size = affordable_size(link, wanted);
  const read_min = SLOW_CLIENTS * seconds * SLOW_READ_MIN;
  const value = pattern_bytes(size);
  await directly(link, (client) => client.call('SET', 'large', value));
  const warm = await WireClient.connect(link.port);
  await warm.call('PING');
  const growth = growth_of(link.guard.pid);

  const readers = [...Array(SLOW_CLIENTS)].map(() => new SlowReader(link.port, size));
  // The server copies the value for each of them before it sends anything: that takes as long as it takes.
  link.step('the first bytes');
  for (const reader of readers) reader.sip(1);
  const all_got_some = () => readers.every((reader) => reader.received > 0);
  await until('something for each client', all_got_some, { limit_ms: 90_000 });
  const received_now = () => readers.reduce((sum, reader) => sum + reader.received, 0);
  let second = 0;
  for (; second < seconds || received_now() <= read_min; second++) {
    if (second === SLOW_SECONDS_MAX) break;
    link.step(`second ${second}`);
    // In turns, and much at a time: small sips leave the kernel waiting for its zero-window probes.
    for (const [i, reader] of readers.entries()) if (i % 4 === second % 4) reader.sip(256 * KIB);
    await sleep(1000);
  }
  const received = received_now();
  const grown = growth();
  link.note(
    `${SLOW_CLIENTS} clients at ${mib(received / second)}/s in all of ${mib(size)} each: ` +
      `guard grew by ${mib(grown)}, limit ${mib(SLOW_GROWTH_MAX)} ` +
      `with limits.buffer of ${mib(BUFFER)}`,
  );
  assert.deepEqual(readers.map((reader) => reader.problem).filter(Boolean), []);
  assert.ok(received > read_min, `only ${mib(received)} were read`);
  assert.ok(received < (SLOW_CLIENTS * size) / 4, 'the clients were not slow');
  assert.ok(
    grown < SLOW_GROWTH_MAX,
    `the guard grew by ${mib(grown)}, limit ${mib(SLOW_GROWTH_MAX)}`,
  );

  link.step('one reads to its end');
  await readers[0].drain();
  assert.equal(readers[0].problem, undefined);
  assert.equal(readers[0].received, readers[0].header.length + size + 2);
  assert.equal(
    String(await warm.call('ECHO', 'others are not disturbed')),
    'others are not disturbed',
  );
  for (const reader of readers) reader.socket.destroy();
  await upstream_is_free(link);
}

async function upstream_is_free(link) {
  await directly(link, (client) =>
    until('upstream connections to end with their clients', async () => {
      const list = String(await client.call('CLIENT', 'LIST'));
      return !/ cmd=get /.test(list);
    }),
  );
}

/** Header announced, nothing sent behind it. */
const ANNOUNCEMENTS = {
  last_argument: '*2\r\n$3\r\nGET\r\n$536870912\r\n',
  argument_before_the_last: '*3\r\n$3\r\nSET\r\n$536870912\r\n',
  count: '*2147483647\r\n',
  count_and_name: '*2147483647\r\n$3\r\nDEL\r\n$1\r\nk\r\n',
};

/**
 * What a client announces costs nobody memory. Upstream neither: while a request is undecided none
 * of its headers may reach redis-server, which allocates what they announce (PROTOCOL.md 1.3). The
 * last argument's header decides, so there redis-server's memory is only reported.
 */
async function announcements(link, name) {
  const decided = name === 'last_argument';
  const warm = await WireClient.connect(link.port);
  await warm.call('PING');
  const used = () => directly(link, async (c) => Number((await info(c, 'memory')).used_memory));
  const growth = growth_of(link.guard.pid);
  const used_before = await used();

  const sockets = [];
  for (let i = 0; i < GREEDY_CLIENTS; i++) {
    const socket = net.connect(link.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(ANNOUNCEMENTS[name]);
    sockets.push(socket);
  }
  await sleep(2000);
  const grown = growth();
  const upstream_grown = (await used()) - used_before;
  const limit = mib(GREEDY_GROWTH_MAX);
  link.note(`guard grew by ${mib(grown)}, limit ${limit}; upstream by ${mib(upstream_grown)}`);
  assert.ok(
    grown < GREEDY_GROWTH_MAX,
    `the guard grew by ${mib(grown)}, limit ${mib(GREEDY_GROWTH_MAX)}`,
  );
  if (!decided) {
    assert.ok(upstream_grown < 64 * MIB, `redis-server grew by ${mib(upstream_grown)}`);
  }
  assert.equal(String(await warm.call('ECHO', 'alive')), 'alive');
  for (const socket of sockets) socket.destroy();
}

/** Values that do pass: what was held while they streamed through is given back. */
async function given_back(link) {
  const clients = await Promise.all([...Array(10)].map(() => WireClient.connect(link.port)));
  await Promise.all(clients.map((client) => client.call('PING')));
  const growth = growth_of(link.guard.pid);
  const value = pattern_bytes(20 * MIB);
  const hash = createHash('sha256').update(value).digest('hex');
  for (let round = 0; round < 2; round++) {
    const set = await Promise.all(clients.map((client, i) => client.call('SET', `k${i}`, value)));
    assert.ok(set.every((reply) => reply === 'OK'));
    for (const [i, client] of clients.entries()) {
      const reply = await client.call('GET', `k${i}`);
      assert.equal(createHash('sha256').update(reply).digest('hex'), hash);
    }
  }
  const grown = growth();
  link.note(`800 MiB through 10 connections: guard grew by ${mib(grown)}`);
  assert.ok(grown < 10 * 2 * BUFFER + ALLOCATOR, `the guard grew by ${mib(grown)}`);
}

const ONLY_GUARD = { modes: ['guard'], alone: true };

export default [
  test('memory.slow_readers', (link) => slow_readers(link, VALUE_SIZE, SLOW_SECONDS), {
    ...ONLY_GUARD,
    timeout_s: 240,
  }),
  // From a unix socket into TCP replies are copied through the guard's own buffers, not spliced.
  test('memory.slow_readers_copied', (link) => slow_readers(link, 20 * MIB, 4), {
    ...ONLY_GUARD,
    timeout_s: 240,
    redis: ['--unixsocket', 'redis.sock'],
    guard: ['--upstream', 'unix://{folder}/redis.sock'],
  }),
  ...Object.keys(ANNOUNCEMENTS).map((name) =>
    test(`memory.announced.${name}`, (link) => announcements(link, name), ONLY_GUARD),
  ),
  test('memory.streamed_through', given_back, ONLY_GUARD),
];
