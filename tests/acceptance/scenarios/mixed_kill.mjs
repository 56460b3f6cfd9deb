// Mixed load with random kills on both sides: no reply to the wrong request, ever.
//
// Twenty raw connections; every reply proves to which request it belongs. Client sockets are reset
// and half-closed, upstream connections are killed past the guard. A connection may end, but only
// for one of these reasons; what it answered before must be right and in order; nothing runs twice.
// 15 s in the default run, 60 s with --long, and longer until enough has happened on a busy machine;
// MIXED_KILL_SECONDS and MIXED_KILL_SEED override.

import assert from 'node:assert/strict';
import { directly, info } from '../harness/info.mjs';
import { LoadedConnection } from '../harness/loaded_connection.mjs';
import { random_from } from '../harness/random.mjs';
import { test } from '../harness/test.mjs';
import { NAMED_KEYS } from '../harness/traffic.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { WireClient } from '../harness/wire.mjs';

const CONNECTIONS = 20;
const VIOLATIONS_SHOWN = 5;
const EXTRA_MS_MAX = 90_000;

/** Each kind of end at the same rate, about 25 a second in all. */
const ATTACKS = ['destroy', 'abort_half_open', 'half_close', 'kill_upstream'];

class World {
  constructor(link, killer, seed) {
    this.port = link.port;
    this.random = random_from(seed);
    this.killer = killer;
    this.violations = [];
    this.next_id = 1;
    this.counts = { requests: 0, replies: 0, pushes: 0, opened: 0, ended: {} };
    for (const attack of ATTACKS) this.counts[attack] = 0;
    this.stopping = false;
  }

  new_id() {
    return `id-${this.next_id++}-${this.random.between(1000, 9999)}`;
  }

  violation(text) {
    if (this.violations.length < 100) this.violations.push(text);
  }
}

/** Keeps one slot filled: when its connection has ended, the next one is opened. */
async function keep_loaded(world, slots, index) {
  for (let round = 0; !world.stopping; round++) {
    const connection = new LoadedConnection(
      world,
      `${index}.${round}`,
      (index + round) % 2 ? 3 : 2,
    );
    slots[index] = connection;
    await connection.run();
  }
}

async function attack(world, slots) {
  while (!world.stopping) {
    await sleep(world.random.between(10, 70));
    const victim = world.random.pick(slots);
    const how = world.random.pick(ATTACKS);
    if (!victim?.is_loaded()) continue;
    if (how === 'kill_upstream') {
      victim.explain(how); // Before it happens: the end may be seen before the reply to KILL.
      const killed = await world.killer.call('CLIENT', 'KILL', 'ID', victim.upstream_id);
      if (killed === 1) world.counts[how]++;
      else victim.reason = undefined; // Replaced meanwhile by the guard: nothing was killed.
    } else {
      victim[how]();
      world.counts[how]++;
    }
  }
}

/** RESP3 connections are subscribed to this: pushes between replies, numbered per run. */
async function make_noise(world, publisher) {
  for (let i = 0; !world.stopping; i++) {
    await publisher.call('PUBLISH', 'noise', `${i}`);
    await sleep(3);
  }
}

async function prepare(client) {
  for (let i = 0; i < NAMED_KEYS; i++) await client.call('SET', `name:${i}`, `name:${i}`);
}

async function mixed_kill(link) {
  const seconds = Number(process.env.MIXED_KILL_SECONDS ?? (link.long ? 60 : 15));
  const seed = Number(process.env.MIXED_KILL_SEED ?? Date.now() % 1_000_000);
  link.step(`seed ${seed}`);
  const [killer, publisher] = await Promise.all(
    [1, 2].map(() => WireClient.connect(link.direct_port)),
  );
  await prepare(killer);
  const clients_before = Number((await info(killer, 'clients')).connected_clients);
  const world = new World(link, killer, seed);
  const slots = [];
  const noise = make_noise(world, publisher);
  const loads = [...Array(CONNECTIONS).keys()].map((index) => keep_loaded(world, slots, index));
  const attacks = attack(world, slots);

  const begin = Date.now();
  const is_over = () => {
    const ms = Date.now() - begin;
    if (world.violations.length >= 20 || ms > seconds * 1000 + EXTRA_MS_MAX) return true;
    return ms > seconds * 1000 && !too_little(world.counts, seconds).length;
  };
  while (!is_over()) await sleep(100);
  world.stopping = true;
  await attacks;
  await noise;
  await Promise.all(slots.map((connection) => connection.drain()));
  await Promise.all(loads);

  const { counts } = world;
  const kills = ATTACKS.map((name) => `${name} ${counts[name]}`).join(', ');
  link.note(
    `${seconds} s${link.long ? '' : ' (60 s with --long)'}, ${counts.replies} replies of ` +
      `${counts.requests}, ${counts.pushes} pushes, ${counts.opened} connections, ${kills}`,
  );
  await until('upstream connections to end with their clients', async () => {
    return Number((await info(killer, 'clients')).connected_clients) <= clients_before;
  });
  await nothing_twice(link, world);
  const summary = `${world.violations.length} violations (seed ${seed})`;
  assert.equal(
    world.violations.length,
    0,
    [summary, ...world.violations.slice(0, VIOLATIONS_SHOWN)].join('\n'),
  );
  assert.deepEqual(too_little(counts, seconds), []);
  assert.ok(counts.writes > 100 * seconds, `only ${counts.writes} writes`);
}

/** Replies may be lost with their connection, so the data are looked at, too. */
async function nothing_twice(link, world) {
  const find = `local wrong = {}
    local all = redis.call('HGETALL', KEYS[1])
    for i = 1, #all, 2 do
      if all[i + 1] ~= '1' or string.find(all[i], '^aborted') then
        wrong[#wrong + 1] = all[i] .. ' was executed, times: ' .. all[i + 1]
      end
    end
    return {#all / 2, wrong}`;
  const [count, wrong] = await directly(link, (client) => client.call('EVAL', find, '1', 'once'));
  world.counts.writes = count;
  for (const text of wrong) world.violation(String(text));
}

/** A run in which little happened proves little. */
function too_little(counts, seconds) {
  const wanted = { replies: 1000 * seconds, pushes: 100 };
  for (const name of ATTACKS) wanted[name] = seconds;
  return Object.entries(wanted)
    .filter(([name, count]) => counts[name] < count)
    .map(([name, count]) => `${counts[name]} ${name} instead of ${count}`);
}

// With a barrier, what stands behind a refused request is discarded when its client half-closes (docs/POLICY.md),
// so a missing reply would prove nothing. policy_barrier.mjs looks at that.
const guard = ['--set', 'policy.barrier=0'];
const options = { timeout_s: 300, alone: true, guard };
export default [
  test('mixed_kill', mixed_kill, options),
  test('mixed_kill.threads', mixed_kill, {
    ...options,
    modes: ['guard'],
    long: true,
    redis: ['--unixsocket', 'redis.sock'],
    guard: [...guard, '--set', 'runtime.threads=2', '--upstream', 'unix://{folder}/redis.sock'],
  }),
];
