// The commands that EmailEngine itself sends, beside those of BullMQ.

import assert from 'node:assert/strict';
import { emailengine_options, ioredis_client, outcome } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';

async function commands(link) {
  const client = await ioredis_client(link, emailengine_options(link.port));
  const seen = [];
  const ask = async (...words) => seen.push([words.join(' '), await outcome(client.call(...words))]);

  await ask('CLIENT', 'SETNAME', 'main');
  await ask('HSET', 'ee:settings', 'a', '1', 'b', '2');
  await ask('HSETNX', 'ee:settings', 'a', '3');
  await ask('HMGET', 'ee:settings', 'a', 'b', 'c');
  await ask('HINCRBY', 'ee:settings', 'b', '5');
  await ask('HKEYS', 'ee:settings');
  await ask('SADD', 'ee:ia:accounts', 'x');
  await ask('SMEMBERS', 'ee:ia:accounts');
  await ask('PFADD', 'ee:visitors', 'one', 'two');
  await ask('SET', 'ee:lock', '1', 'PX', '60000', 'NX');
  await ask('EXPIRE', 'ee:lock', '60');
  await ask('RPUSH', 'ee:list', '1', '2');
  await ask('LTRIM', 'ee:list', '0', '0');
  await ask('LRANGE', 'ee:list', '0', '-1');
  await ask('XREAD', 'COUNT', '1', 'STREAMS', 'ee:stream', '0');
  await ask('SCAN', '0', 'MATCH', 'ee:lo*', 'COUNT', '1000');
  await ask('UNLINK', 'ee:lock');
  seen.push(await client.multi().hset('iah:1', 'a', 1).zadd('iam:1', 1, 'm').hgetall('iah:1').exec());
  assert.match(await client.info('commandstats'), /cmdstat_hset/);
  assert.match(await client.info(), /redis_version/);
  // Its metrics page; where this is refused, the page goes without and the client reconnects.
  const slow = await outcome(client.slowlog('LEN'));
  assert.ok(typeof slow === 'number' || / denied by policy /.test(slow), slow);
  return seen;
}

export default [test('emailengine.commands', commands)];
