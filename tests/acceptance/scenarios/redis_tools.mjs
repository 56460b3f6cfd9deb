// redis-cli --pipe and redis-benchmark, unmodified.

import assert from 'node:assert/strict';
import { data_digest, directly, info } from '../harness/info.mjs';
import { run_program } from '../harness/program.mjs';
import { test } from '../harness/test.mjs';
import { plain, request } from '../harness/wire.mjs';

const LINES = 100_000;

/** One of five kinds of write, so that every line leaves its trace in the data. */
function write_command(i) {
  const kinds = [
    ['SET', `key:${i}`, `value of ${i}`],
    ['HSET', `hash:${i % 100}`, `field ${i}`, `${i}`],
    ['RPUSH', `list:${i % 10}`, `${i}`],
    ['INCRBY', 'sum', `${i}`],
    ['SADD', `set:${i % 7}`, `member ${i}`],
  ];
  return kinds[i % kinds.length];
}

async function mass_insertion(link, make_line) {
  const input = Buffer.concat([...Array(LINES).keys()].map((i) => make_line(write_command(i))));
  const { code, output } = await run_program('redis-cli', ['-p', `${link.port}`, '--pipe'], {
    input,
  });
  const counted = await directly(link, async (client) => ({
    keys: plain(await client.call('DBSIZE')),
    sum: plain(await client.call('GET', 'sum')),
    list: plain(await client.call('LLEN', 'list:2')),
    calls: (await info(client, 'commandstats')).cmdstat_rpush.match(/calls=\d+/)[0],
  }));
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`errors: 0, replies: ${LINES}\\b`));
  assert.equal(counted.keys, LINES / 5 + 20 + 2 + 1 + 7);
  assert.equal(counted.calls, `calls=${LINES / 5}`);
  return { output, ...counted, data: await data_digest(link) };
}

/** The wrong type for one line in a thousand: redis-cli counts the errors, and goes on. */
async function mass_insertion_with_errors(link) {
  await directly(link, (client) => client.call('SET', 'text', 'x'));
  const lines = [...Array(10_000).keys()].map((i) =>
    request(...(i % 1000 ? write_command(i) : ['RPUSH', 'text', `${i}`])),
  );
  const input = Buffer.concat(lines);
  const { code, output } = await run_program('redis-cli', ['-p', `${link.port}`, '--pipe'], {
    input,
  });
  assert.match(output, /errors: 10, replies: 10000\b/);
  return { code, output, data: await data_digest(link) };
}

/** Inline requests: what the guard has to rewrite, and what people type into netcat. */
function inline(words) {
  return Buffer.from(
    `${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\r\n`,
  );
}

/** "LPUSH (needed to benchmark LRANGE): 105263.16 requests per second, p50=0.255 msec" */
function benchmark_names(output) {
  return output
    .split(/[\r\n]+/)
    .filter((line) => / requests per second/.test(line))
    .map((line) => line.replace(/: [\d.]+ requests.*/, '').trim());
}

/** Exit code 0 means little here: redis-benchmark prints some errors and ends with 0. */
async function benchmark(link, options) {
  const args = ['-p', `${link.port}`, '-n', '2000', '-c', '50', '-q', ...options];
  const { code, output } = await run_program('redis-benchmark', args, { limit_ms: 110_000 });
  assert.equal(code, 0, output);
  const complaints = output
    .split(/[\r\n]+/)
    .filter((line) => /error|warn|fail|could not/i.test(line));
  assert.deepEqual(complaints, []);
  const names = benchmark_names(output);
  assert.ok(names.length >= 18, `only ${names.length} tests: ${output}`);
  const stats = await directly(link, (client) => info(client, 'commandstats'));
  const too_few = ['get', 'set', 'incr', 'lpush', 'rpop', 'sadd', 'zadd', 'mset'].filter(
    (command) => !(Number(stats[`cmdstat_${command}`]?.match(/calls=(\d+)/)[1]) >= 2000),
  );
  assert.deepEqual(too_few, [], 'commands of which fewer than 2000 arrived');
  return { names };
}

export default [
  test('redis_cli.pipe_100000', (link) => mass_insertion(link, (words) => request(...words))),
  test('redis_cli.pipe_100000_inline', (link) => mass_insertion(link, inline)),
  test('redis_cli.pipe_errors', mass_insertion_with_errors),
  test('redis_benchmark.pipelined', (link) => benchmark(link, ['-P', '16']), { timeout_s: 120 }),
  test('redis_benchmark.plain', (link) => benchmark(link, []), { timeout_s: 120 }),
  test(
    'redis_benchmark.random_keys',
    (link) => benchmark(link, ['-r', '1000', '-d', '200', '-P', '4']),
    {
      timeout_s: 120,
    },
  ),
];
