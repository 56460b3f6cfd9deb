// "EmailEngine is slow, is it Redis?" A BullMQ load over three queues, and four things that go wrong
// one after the other; for each the guard alone has to name the cause. Guard only.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { ask_json, events, rows } from '../harness/ask.mjs';
import { BullmqLoad, QUEUES } from '../harness/bullmq_load.mjs';
import { ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { WireClient } from '../harness/wire.mjs';

/** The first comment names a script. */
const SLOW_SCRIPT = `-- monthlyReport
local t = redis.call('TIME')
local e = t[1] * 1000000 + t[2] + ARGV[1] * 1000
repeat t = redis.call('TIME') until t[1] * 1000000 + t[2] > e
return 'done'`;

/** Lines of the guard's log about one kind of logged command. */
function logged(link, event) {
  const lines = fs.readFileSync(link.guard.log, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter((line) => line.event === event);
}

async function row_of(link, table, matches) {
  const found = (await rows(link, table)).filter(matches);
  assert.ok(found.length, `${table}: ${JSON.stringify(await rows(link, table)).slice(0, 500)}`);
  return found[0];
}

/** Until what `/stats` says of the slowest round trips matches; `command`: of one command's. */
async function words(link, pattern, command) {
  let said = '';
  const look = async () => {
    const { where, commands } = await ask_json(link, '/stats');
    const of = command ? commands.find((row) => row.command === command)?.where : where;
    said = of?.p99_words ?? '';
    return pattern.test(said);
  };
  await until(`words like ${pattern}`, look, { limit_ms: 15_000 }).catch((error) => {
    throw new Error(`${error.message}: ${said}`);
  });
  return said;
}

async function slow_script(link, load) {
  const other = await ioredis_client(link);
  await other.client('SETNAME', 'reports');
  let said = '';
  for (let i = 0; i < 12; i++) {
    const done = other.eval(SLOW_SCRIPT, 0, 120);
    await sleep(10);
    await load.client.hget('iad:account1', 'state'); // Has to wait for it.
    await done;
    // "mostly eval" is true while it goes on.
    said = (await ask_json(link, '/stats')).where.p99_words;
  }
  const script = await row_of(link, 'scripts', (row) => row.script === 'monthlyReport');
  assert.equal(script.calls, 12);
  assert.ok(script.rtt_us.p50 > 110_000, JSON.stringify(script));
  const others = (await rows(link, 'scripts')).filter((row) => row.script !== 'monthlyReport');
  assert.ok(others.length >= 3, 'BullMQ\'s scripts are told apart by name');
  for (const row of others) assert.ok(row.rtt_us.p50 < script.rtt_us.p50 / 2, JSON.stringify(row));
  const slow = await row_of(link, 'slowlog', (row) => row.script === 'monthlyReport');
  assert.equal(slow.name, 'reports');
  assert.match(slow.where, /until the server's reply began/);
  assert.ok(logged(link, 'slow').some((line) => line.script === 'monthlyReport' && line.where));
  assert.match(said, /in the server/);
  assert.match(said, /eval/, 'and what it was busy with');
  return said;
}

async function deaf_client(link) {
  const filler = await ioredis_client(link);
  await filler.set('attachment', 'x'.repeat(1_000_000));
  const deaf = await WireClient.connect(link.port);
  await deaf.call('CLIENT', 'SETNAME', 'deaf');
  deaf.socket.pause();
  const replies = [...Array(40)].map(() => deaf.call('GET', 'attachment'));
  await sleep(1500);
  const row = await row_of(link, 'clients', ({ name }) => name === 'deaf');
  assert.ok(row.client_wait_ms > 1000 && row.inflight > 0, JSON.stringify(row));
  for (const one of await rows(link, 'clients')) {
    if (one.name !== 'deaf') assert.ok(one.client_wait_ms < 500, JSON.stringify(one));
  }
  deaf.socket.resume();
  await Promise.all(replies);
  const slow = await row_of(link, 'slowlog', (one) => one.name === 'deaf');
  assert.match(slow.where, /because the client did not read/);
  assert.ok(logged(link, 'slow').some((one) => /did not read/.test(one.where)), 'in the log');
  return words(link, /because the client did not read/, 'get');
}

async function large_job(link, load) {
  await load.queues.get('documents').add('import', { mail: 'm'.repeat(6_000_000) });
  const large = await row_of(link, 'largelog', (row) => row.request_bytes > 6_000_000);
  assert.equal(large.kind, 'large_request');
  assert.equal(large.queue, 'documents');
  assert.match(large.script, /^addStandardJob/);
  assert.ok(!JSON.stringify(large).includes('mmmm'), 'mail is not shown');
  const row = await row_of(link, 'queues', ({ queue }) => queue === 'documents');
  assert.ok(row.request_bytes_max > 6_000_000, JSON.stringify(row));
  for (const one of await rows(link, 'queues')) {
    if (one.queue !== 'documents') assert.ok(one.request_bytes_max < 1_000_000, one.queue);
  }
  assert.ok(logged(link, 'large_request').some(({ queue }) => queue === 'documents'), 'in the log');
  const { script, queue, request_bytes } = large;
  return `${script} of ${queue}: ${request_bytes} bytes`;
}

async function pausing_upstream(link, load) {
  const probes = await Promise.all(QUEUES.map(() => ioredis_client(link)));
  const begin = Date.now();
  link.redis.signal('SIGSTOP');
  const waiting = probes.map((client) => client.strlen('attachment'));
  await sleep(200);
  const flying = (await rows(link, 'inflight')).filter(({ command }) => command === 'strlen');
  assert.ok(flying.length === QUEUES.length, JSON.stringify(flying));
  assert.ok(flying.every(({ age_ms }) => age_ms > 100), JSON.stringify(flying));
  await sleep(Math.max(0, 300 - (Date.now() - begin)));
  link.redis.signal('SIGCONT');
  await Promise.all(waiting);
  const slow = (await rows(link, 'slowlog')).filter(({ command }) => command === 'strlen');
  assert.equal(slow.length, QUEUES.length);
  for (const one of slow) {
    assert.ok(one.rtt_us > 200_000 && one.parts_us.upstream > 0.9 * one.rtt_us, one.where);
    assert.match(one.where, /until the server's reply began/);
  }
  // Of all that waited, the log has the first ten.
  const lines = logged(link, 'slow').filter(({ time }) => Date.parse(time) >= begin);
  assert.ok(lines.some((line) => line.upstream_us > 200_000), 'in the log');
  assert.deepEqual(await events(link, 'upstream_lost'), [], 'it was there all the time');
  return words(link, /in the server/, 'strlen');
}

async function incident(link) {
  const load = await BullmqLoad.start(link);
  const know = async () => (await ask_json(link, '/stats')).upstream_timing.busy_share !== null;
  await until('the probe to know the server', know);
  await sleep(1000);
  for (const [cause, happens] of Object.entries({
    'a slow script': slow_script,
    'a client that does not read': deaf_client,
    'a large job': large_job,
    'a pause of upstream': pausing_upstream,
  })) {
    link.step(cause);
    link.note(`${cause}: ${await happens(link, load)}`);
    await sleep(1100); // The log takes ten lines a second of each kind.
  }
  link.step('the end');
  await load.end();
  assert.deepEqual(await events(link, 'consumers_lost'), []);
}

export default [
  test('incident', incident, {
    modes: ['guard'],
    alone: true,
    guard: ['--log-format', 'json', '--set', 'probe.interval=200ms'],
  }),
];
