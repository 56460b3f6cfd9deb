// The default policy (preset emailengine) as clients meet it. Guard only.

import assert from 'node:assert/strict';
import {
  direct_client,
  emailengine_options,
  for_both_protocols,
  ioredis_client,
  outcome,
} from '../harness/clients.mjs';
import { redis_cli } from '../harness/program.mjs';
import { test } from '../harness/test.mjs';
import { next_event } from '../harness/wait.mjs';
import { WireClient, plain, request } from '../harness/wire.mjs';

const CONFIG_DENIED = /^ERR respguard: CONFIG SET denied by policy \(rule=[\w.-]+\)$/;
const FLUSHALL_DENIED = /^ERR respguard: command 'flushall' denied by policy \(rule=[\w.-]+\)$/;
const ANY_DENIED = /^ERR respguard: .* denied by policy \(rule=[\w.-]+\)$/;

/** Words that clients act on: no error of ours may contain them (EVASION.md 4). */
const FORBIDDEN = new RegExp(
  'NOAUTH|WRONGPASS|MISCONF|NOSCRIPT|NOPROTO|unknown command|NOPERM|LOADING|READONLY|MOVED|ASK|' +
    'CLUSTERDOWN|TRYAGAIN|BUSY|EXECABORT',
);

/** As redis-cli is typed: words, and what has to come back. */
const TYPED = [
  ['config set maxmemory-policy allkeys-lru', CONFIG_DENIED],
  ['CONFIG SET MaxMemory-Policy ALLKEYS-random', CONFIG_DENIED],
  ['config set hz 11 maxmemory-policy allkeys-lfu', CONFIG_DENIED],
  ['config set tcp-keepalive 0', CONFIG_DENIED],
  ['config set save ', CONFIG_DENIED],
  ['config set appendonly no', CONFIG_DENIED],
  ['flushall', FLUSHALL_DENIED],
  ['FLUSHALL async', FLUSHALL_DENIED],
  ['flushdb', ANY_DENIED],
  ['swapdb 0 1', ANY_DENIED],
  ['debug sleep 0', ANY_DENIED],
  ['config rewrite', ANY_DENIED],
  ['script flush', ANY_DENIED],
  ['replicaof no one', ANY_DENIED],
  ['config set maxmemory-policy volatile-lru', /^OK$/],
  ['config get maxmemory-policy', /^maxmemory-policy\nvolatile-lru$/],
  ['config set maxmemory-policy noeviction', /^OK$/],
  ['config set tcp-keepalive 300', /^OK$/],
  ['get kept', /^value$/],
  ['no such command', /^ERR unknown command 'no', with args beginning with: 'such' 'command' $/],
];

async function typed_into_redis_cli(link) {
  await (await direct_client(link)).set('kept', 'value');
  const wrong = [];
  for (const [line, expected] of TYPED) {
    const { output } = await redis_cli(link.port, ...line.split(' '));
    const text = output.replace(/\n+$/, '');
    if (!expected.test(text)) wrong.push(`${line} -> ${text || '(nothing)'}`);
    if (text.includes('respguard') && FORBIDDEN.test(text))
      wrong.push(`a word clients act on: ${text}`);
  }
  assert.deepEqual(wrong, []);
}

/** Spellings only a raw connection can send; each between two requests on one connection. */
async function keeps_its_place(link) {
  const client = await WireClient.connect(link.port);
  const id = await client.call('CLIENT', 'ID');
  const spellings = [
    request('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'),
    Buffer.from('config set maxmemory-policy allkeys-lru\r\n'),
    Buffer.from('"\\x63onfig" \'SET\'\tmaxmemory-policy "allkeys\\x2dlru"\n'),
    request('CONFIG', 'SET', 'maxmemory-policy', Buffer.from('allkeys-lru\0x')),
    request('FLUSHALL'),
  ];
  for (const [i, bytes] of spellings.entries()) {
    const replies = [
      client.call('ECHO', `before ${i}`),
      client.call('EVAL', 'local s = 0 for i = 1, 3e6 do s = s + i end return "slow"', '0'),
      client.exchange(bytes),
      client.call('ECHO', `behind ${i}`),
    ];
    const [before, slow, refused, behind] = (await Promise.all(replies)).map(plain);
    assert.deepEqual([before, slow, behind], [`before ${i}`, 'slow', `behind ${i}`]);
    const sent = JSON.stringify(String(bytes));
    assert.ok(refused.startsWith('-ERR respguard: '), `${sent} -> ${refused}`);
  }
  assert.equal(await client.call('CLIENT', 'ID'), id, 'still the same upstream connection');
  assert.deepEqual(client.surplus, []);
  const policy = await (await direct_client(link)).config('GET', 'maxmemory-policy');
  assert.deepEqual(policy, ['maxmemory-policy', 'noeviction']);
}

async function inside_multi(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const error = await client
    .multi()
    .set('first', 1)
    .config('SET', 'maxmemory-policy', 'allkeys-lru')
    .set('second', 1)
    .exec()
    .then(
      (replies) => new Error(`not aborted: ${JSON.stringify(replies)}`),
      (reason) => reason,
    );
  assert.match(error.message, /^EXECABORT Transaction discarded because of previous errors\./);
  assert.match(error.previousErrors[0].message, CONFIG_DENIED);
  const other = await direct_client(link);
  assert.deepEqual(await other.mget('first', 'second'), [null, null]);
  assert.deepEqual(await client.multi().set('first', 2).get('first').exec(), [
    [null, 'OK'],
    [null, '2'],
  ]);

  const raw = await WireClient.connect(link.port);
  const replies = [['MULTI'], ['INCR', 'n'], ['FLUSHALL'], ['INCR', 'n'], ['EXEC'], ['INCR', 'n']];
  const texts = (await Promise.all(replies.map((words) => raw.call(...words)))).map(plain);
  assert.match(texts[2].slice(1), FLUSHALL_DENIED);
  assert.match(texts[4], /^-EXECABORT /);
  assert.deepEqual([texts[0], texts[1], texts[3], texts[5]], ['OK', 'QUEUED', 'QUEUED', 1]);
}

async function with_ioredis(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const id = await client.client('ID');
  await client.set('kept', 'value');
  const pipeline = client
    .pipeline()
    .echo('a')
    .flushall()
    .get('kept')
    .config('SET', 'port', '1')
    .echo('b');
  const replies = (await pipeline.exec()).map(([error, value]) => error?.message ?? value);
  assert.match(replies[1], FLUSHALL_DENIED);
  assert.match(replies[3], CONFIG_DENIED);
  assert.deepEqual([replies[0], replies[2], replies[4]], ['a', 'value', 'b']);
  assert.equal(await client.config('SET', 'maxmemory-policy', 'volatile-lru'), 'OK');
  assert.equal(await client.client('ID'), id);
}

/** EmailEngine reconnects after every error reply: it must get back, and lose nothing else. */
async function with_emailengines_client(link) {
  const client = await ioredis_client(link, emailengine_options(link.port));
  const ready = next_event(client, 'ready');
  const replies = [client.incr('n'), client.flushall(), client.incr('n'), client.incr('n')];
  const [first, refused, ...rest] = await Promise.all(replies.map((reply) => outcome(reply)));
  assert.match(refused, /^error: ERR respguard: command 'flushall' denied/);
  await ready;
  assert.deepEqual([first, ...rest, await client.incr('n')], [1, 2, 3, 4]);
}

const ONLY_GUARD = { modes: ['guard'] };

export default [
  test('policy.redis_cli', typed_into_redis_cli, ONLY_GUARD),
  test('policy.keeps_its_place', keeps_its_place, ONLY_GUARD),
  ...for_both_protocols((protocol, suffix) => [
    test(`policy.multi.${suffix}`, (link) => inside_multi(link, protocol), ONLY_GUARD),
    test(`policy.ioredis.${suffix}`, (link) => with_ioredis(link, protocol), ONLY_GUARD),
  ]).flat(),
  test('policy.emailengine', with_emailengines_client, ONLY_GUARD),
];
