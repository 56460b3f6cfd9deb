// The admin endpoint after some traffic. Guard only.

import assert from 'node:assert/strict';
import { ask, ask_json, sample } from '../harness/ask.mjs';
import { ioredis_client, outcome } from '../harness/clients.mjs';
import { guard_program } from '../harness/servers.mjs';
import { run_program } from '../harness/program.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until } from '../harness/wait.mjs';

/** Known numbers of known commands, errors and rejects among them. */
const SENT = { set: 7, get: 11, incr: 5, 'config|get': 3, bzpopmin: 2 };
const REJECTED = 4;

async function send_traffic(link) {
  const client = await ioredis_client(link, { disableClientInfo: true });
  for (let i = 0; i < SENT.set; i++) await client.set('k', 'text');
  for (let i = 0; i < SENT.get; i++) await client.get('k');
  for (let i = 0; i < SENT.incr; i++) await outcome(client.incr('k')); // An error each.
  for (let i = 0; i < SENT['config|get']; i++) await client.config('GET', 'appendonly');
  for (let i = 0; i < SENT.bzpopmin; i++) await client.bzpopmin('none', 0.05);
  const refusals = [];
  for (let i = 0; i < REJECTED; i++) {
    refusals.push(await outcome(client.config('SET', 'maxmemory-policy', 'allkeys-lru')));
  }
  await sleep(50);
  return refusals[0].match(/rule=([\w.-]+)/)?.[1];
}

async function commands(link) {
  await send_traffic(link);
  const { commands } = await ask_json(link, '/commands');
  const of = Object.fromEntries(commands.map((row) => [row.command, row]));
  const calls = Object.fromEntries(Object.keys(SENT).map((name) => [name, of[name]?.calls]));
  assert.deepEqual(calls, SENT);
  assert.equal(of.incr.errors, SENT.incr);
  assert.equal(of.get.errors, 0);
  assert.equal(of['config|set'].rejected, REJECTED);
  for (const [name, bytes_min] of [
    ['get', 11 * 20],
    ['set', 7 * 30],
  ]) {
    const { rtt_us, request_bytes, reply_bytes } = of[name];
    assert.equal(rtt_us.count, SENT[name]);
    assert.ok(rtt_us.p50 > 0 && rtt_us.p50 <= rtt_us.p95 && rtt_us.p95 <= rtt_us.p99, name);
    assert.ok(rtt_us.p99 <= rtt_us.max && rtt_us.max < 20_000_000, JSON.stringify(rtt_us));
    assert.ok(request_bytes >= bytes_min && reply_bytes > 0, JSON.stringify(of[name]));
  }
  // 50 ms of blocking must not be counted as a slow round trip.
  assert.equal(of.bzpopmin.rtt_us?.count ?? 0, 0, JSON.stringify(of.bzpopmin));
}

/** Every object of a JSON value, whatever holds it. */
function objects_in(value) {
  if (value === null || typeof value !== 'object') return [];
  const inner = Object.values(value).flatMap(objects_in);
  return Array.isArray(value) ? inner : [value, ...inner];
}

async function rules(link) {
  const rule = await send_traffic(link);
  assert.ok(rule, 'the error names its rule');
  const row = objects_in(await ask_json(link, '/rules')).find((o) =>
    Object.values(o).includes(rule),
  );
  assert.ok(row, `/rules knows ${rule}`);
  const hits = objects_in(row)
    .flatMap(Object.entries)
    .filter(([key, value]) => /hit|reject/.test(key) && value === REJECTED);
  assert.ok(hits.length, `${REJECTED} hits in ${JSON.stringify(row)}`);
}

async function metrics(link) {
  const rule = await send_traffic(link);
  const { status, type, body } = await ask(link, '/metrics');
  assert.equal(status, 200);
  assert.match(type, /^text\/plain/);
  const checked = await run_program('promtool', ['check', 'metrics'], { input: body });
  assert.deepEqual(checked, { code: 0, output: '' });
  const outcomes = (command, outcome) =>
    sample(body, 'respguard_commands_total', `command="${command}"`, `outcome="${outcome}"`);
  assert.equal(outcomes('get', 'ok'), SENT.get);
  assert.equal(outcomes('incr', 'error'), SENT.incr);
  assert.equal(outcomes('config|set', 'rejected'), REJECTED);
  assert.equal(sample(body, 'respguard_command_duration_seconds_count', 'command="set"'), SENT.set);
  assert.equal(
    sample(body, 'respguard_command_blocked_seconds_count', 'command="bzpopmin"'),
    SENT.bzpopmin,
  );
  assert.equal(
    sample(body, 'respguard_policy_hits_total', `rule="${rule}"`, 'action="reject"'),
    REJECTED,
  );
  assert.equal(sample(body, 'respguard_upstream_up'), 1);
  assert.ok(sample(body, 'respguard_client_connections') >= 1);
  assert.equal(sample(body, 'respguard_build_info'), 1);
}

async function paths(link) {
  for (const path of ['/livez', '/readyz', '/healthz', '/version', '/']) {
    assert.equal((await ask(link, path)).status, 200, path);
  }
  for (const path of ['/stats', '/commands', '/clients', '/rules', '/events', '/doctor']) {
    await ask_json(link, path);
  }
  const open = await ask(link, '/metrics', 'GET', { accept: 'application/openmetrics-text' });
  assert.match(open.type, /^application\/openmetrics-text; version=1\.0\.0/);
  assert.match(open.body, /\n# EOF\n$/);
  assert.match((await ask(link, '/')).type, /^text\/html/);

  const version = await run_program(guard_program(), ['-V']);
  const number = version.output.match(/\d+\.\d+\.\d+/)?.[0];
  assert.ok(number && (await ask(link, '/version')).body.includes(number), version.output);

  const unknown = await ask(link, '/no/such/path');
  assert.equal(unknown.status, 404);
  assert.ok(unknown.body.includes('/metrics'), `404 lists the paths: ${unknown.body}`);
  const wrong_method = await ask(link, '/metrics', 'POST');
  assert.equal(wrong_method.status, 405);
  assert.match(wrong_method.allow, /GET/);
  const head = await ask(link, '/livez', 'HEAD');
  assert.deepEqual([head.status, head.body], [200, '']);
  const foreign = await ask(link, '/stats', 'GET', { host: 'attacker.example' });
  assert.ok(foreign.status >= 400 && foreign.status < 500, `Host is checked: ${foreign.status}`);
  const health = await run_program(guard_program(), [
    'healthcheck',
    '--admin',
    `127.0.0.1:${link.guard.admin_port}`,
  ]);
  assert.equal(health.code, 0, health.output);
}

/** Ready means: upstream answers. Alive means: the guard does. */
async function readiness(link) {
  await link.redis.kill();
  await until('/readyz to turn', async () => (await ask(link, '/readyz')).status === 503, {
    limit_ms: 30_000,
  });
  assert.equal((await ask(link, '/livez')).status, 200);
  assert.equal(sample((await ask(link, '/metrics')).body, 'respguard_upstream_up'), 0);
  await link.redis.restart();
  await until('/readyz to recover', async () => (await ask(link, '/readyz')).status === 200, {
    limit_ms: 30_000,
  });
}

const ONLY_GUARD = { modes: ['guard'] };

export default [
  test('admin.paths', paths, ONLY_GUARD),
  test('admin.commands', commands, ONLY_GUARD),
  test('admin.rules', rules, ONLY_GUARD),
  test('admin.metrics', metrics, ONLY_GUARD),
  test('admin.readiness', readiness, ONLY_GUARD),
];
