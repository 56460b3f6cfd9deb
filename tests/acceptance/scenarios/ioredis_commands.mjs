// ioredis 6: pipelines, transactions, scripts, reply types.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { direct_client, for_both_protocols, ioredis_client, outcome } from '../harness/clients.mjs';
import { data_digest } from '../harness/info.mjs';
import { test } from '../harness/test.mjs';

const PIPELINE_COMMANDS = 10_000;

/** Mixed types, so that a shifted reply can not look right by chance. */
async function pipeline(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const pipeline = client.pipeline();
  for (let i = 0; i < PIPELINE_COMMANDS / 5; i++) {
    pipeline.set(`k:${i}`, `value ${i}`);
    pipeline.get(`k:${i}`);
    pipeline.incr('counter');
    pipeline.echo(`echo ${i}`);
    pipeline.hset('hash', `f${i}`, i);
  }
  const replies = await pipeline.exec();
  assert.equal(replies.length, PIPELINE_COMMANDS);
  for (let i = 0; i < PIPELINE_COMMANDS / 5; i++) {
    const expected = ['OK', `value ${i}`, i + 1, `echo ${i}`, 1];
    assert.deepEqual(
      replies.slice(5 * i, 5 * i + 5),
      expected.map((value) => [null, value]),
    );
  }
  const hash = createHash('sha256').update(JSON.stringify(replies)).digest('hex');
  return { replies: replies.length, hash, data: await data_digest(link) };
}

/** Errors inside a pipeline stay in their places. */
async function pipeline_with_errors(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  await client.set('text', 'abc');
  const pipeline = client.pipeline();
  for (let i = 0; i < 200; i++) {
    pipeline.echo(`before ${i}`);
    pipeline.incr('text');
    pipeline.call('nosuchcommand', `arg ${i}`);
    pipeline.get();
    pipeline.echo(`after ${i}`);
  }
  const replies = (await pipeline.exec()).map(([error, value]) => error?.message ?? value);
  assert.equal(replies[999], 'after 199');
  assert.match(replies[997], /^ERR unknown command 'nosuchcommand'.*'arg 199'/);
  return replies;
}

async function multi(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const other = await direct_client(link);
  const seen = {};

  seen.all_well = await client.multi().set('a', 1).incr('a').get('a').hset('h', 'f', 'v').exec();
  seen.unpipelined = [
    await client.multi({ pipeline: false }),
    await client.set('b', 1),
    await client.incr('b'),
    await client.exec(),
  ];
  seen.run_time_error = (await client.multi().set('c', 'x').incr('c').set('d', 1).exec()).map(
    ([error, value]) => error?.message ?? value,
  );
  seen.aborted = await outcome(client.multi().set('e', 1).call('nosuchcommand').set('f', 1).exec());
  seen.nothing_of_it = await client.mget('e', 'f');
  seen.discarded = [
    await client.multi({ pipeline: false }),
    await client.set('g', 1),
    await client.discard(),
    await client.get('g'),
  ];
  seen.watch_ok = await client.watch('w');
  await other.set('w', 'changed by another');
  seen.watch_conflict = await client.multi().set('w', 'mine').exec();
  seen.after_conflict = await client.get('w');
  seen.unwatched = [await client.watch('w'), await client.unwatch()];
  await other.set('w', 'changed again');
  seen.after_unwatch = await client.multi().set('w', 'mine').exec();
  seen.empty = await client.multi().exec();
  seen.exec_alone = await outcome(client.call('exec'));
  const large = client.multi();
  for (let i = 0; i < 2000; i++) large.rpush('list', i);
  seen.large = (await large.exec()).at(-1);

  assert.match(seen.aborted, /EXECABORT/);
  assert.deepEqual(seen.nothing_of_it, [null, null]);
  assert.equal(seen.watch_conflict, null);
  assert.equal(seen.after_conflict, 'changed by another');
  assert.deepEqual(seen.large, [null, 2000]);
  return { ...seen, data: await data_digest(link) };
}

const SCRIPTS = {
  set_and_count: {
    numberOfKeys: 2,
    lua: "redis.call('set', KEYS[1], ARGV[1]) return redis.call('incr', KEYS[2])",
  },
  give_back: { numberOfKeys: 0, lua: 'return ARGV' },
  complain: { numberOfKeys: 0, lua: "return redis.error_reply('MYERR ' .. ARGV[1])" },
  crash: { numberOfKeys: 1, lua: "return redis.call('lpush', KEYS[1], 'x')" },
  nest: {
    numberOfKeys: 0,
    lua: 'local t = {} for i = 1, ARGV[1] do t = {i, t, "x"} end return t',
  },
};

/** ioredis sends EVAL once per connection and EVALSHA afterwards; NOSCRIPT makes it send EVAL. */
async function lua(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  for (const [name, script] of Object.entries(SCRIPTS)) client.defineCommand(name, script);
  const seen = {};
  seen.calls = [];
  for (let i = 0; i < 5; i++) seen.calls.push(await client.set_and_count('k', 'n', `v${i}`));
  const pipeline = client.pipeline();
  for (let i = 0; i < 300; i++)
    pipeline.give_back(`a${i}`, '', `c\r\n${i}`).set_and_count('k', 'n', i);
  seen.pipelined = await pipeline.exec();
  seen.in_multi = await client.multi().set_and_count('k', 'n', 'm').give_back('in multi').exec();
  seen.own_error = await outcome(client.complain('with words'));
  seen.run_time_error = await outcome(client.crash('k'));
  seen.nested = JSON.stringify(await client.nest(200));
  seen.unknown_sha = await outcome(client.evalsha('f'.repeat(40), 0));
  seen.body_of_40kb = await client.eval(`--${'x'.repeat(40_000)}\nreturn #ARGV[1]`, 0, 'abc');

  // Another connection flushes, so this one's EVALSHA gets NOSCRIPT and ioredis falls back to EVAL.
  const other = await direct_client(link);
  await other.script('FLUSH');
  seen.after_flush = await client.set_and_count('k', 'n', 'again');

  assert.deepEqual(seen.calls, [1, 2, 3, 4, 5]);
  assert.match(seen.unknown_sha, /NOSCRIPT/);
  assert.equal(seen.after_flush, 5 + 300 + 1 + 1);
  return seen;
}

/** One request for each reply type that a server can be made to send. */
async function reply_types(link, protocol, replyMapping) {
  const client = await ioredis_client(link, { protocol, replyMapping });
  await client.call('HSET', 'h', 'a', '1', 'b', '2');
  await client.call('ZADD', 'z', '1.5', 'one', 'inf', 'two');
  await client.call('SADD', 's', 'x');
  await client.call('XADD', 'x', '1-1', 'f', 'v');
  const requests = [
    ['PING'],
    ['GET', 'none'],
    ['HGETALL', 'h'],
    ['HGETALL', 'none'],
    ['SMEMBERS', 's'],
    ['ZSCORE', 'z', 'two'],
    ['ZRANGE', 'z', '0', '-1', 'WITHSCORES'],
    ['XRANGE', 'x', '-', '+'],
    ['XREAD', 'STREAMS', 'x', '0'],
    ['LRANGE', 'none', '0', '-1'],
    ['COMMAND', 'DOCS', 'get'],
    ['COMMAND', 'INFO', 'get', 'nosuch'],
    ['CONFIG', 'GET', 'maxmemory-policy'],
    ['LOLWUT', 'VERSION', '1'],
    ['EVAL', 'return {1, "two", false, true, 3.7, {}, {ok="fine"}, {err="ERR bad"}}', '0'],
    ['EVAL', 'redis.setresp(3) return redis.call("hgetall", KEYS[1])', '1', 'h'],
    ['EVAL', 'redis.setresp(3) return {double=3.25}', '0'],
    ['EVAL', 'redis.setresp(3) return {map={a=1}}', '0'],
    ['EVAL', 'redis.setresp(3) return {set={only=true}}', '0'],
    ['EVAL', 'redis.setresp(3) return {big_number="12345678901234567890123"}', '0'],
    ['EVAL', 'redis.setresp(3) return {verbatim_string={format="txt", string="words"}}', '0'],
    ['EVAL', 'redis.setresp(3) return {true, false}', '0'],
    ['EVAL', 'return redis.status_reply(string.rep("s", 100000))', '0'],
  ];
  const seen = {};
  for (const [i, words] of requests.entries()) {
    seen[`${i} ${words.slice(0, 2).join(' ')}`] = await outcome(client.call(...words));
  }
  const hello = await client.call('HELLO');
  const flat = Array.isArray(hello) ? hello : Object.entries(hello).flat();
  flat[flat.indexOf('id') + 1] = 'differs';
  return { ...seen, hello: flat };
}

export default [
  ...for_both_protocols((protocol, suffix) => [
    test(`ioredis.pipeline.${suffix}`, (link) => pipeline(link, protocol)),
    test(`ioredis.pipeline_errors.${suffix}`, (link) => pipeline_with_errors(link, protocol)),
    test(`ioredis.multi.${suffix}`, (link) => multi(link, protocol)),
    test(`ioredis.lua.${suffix}`, (link) => lua(link, protocol)),
    test(`ioredis.reply_types.${suffix}`, (link) => reply_types(link, protocol)),
  ]).flat(),
  test('ioredis.reply_types.resp3_mapped', (link) => reply_types(link, 3, 'resp3')),
];
