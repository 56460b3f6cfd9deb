// A client that reconnects on errors must not have executed twice what stood behind a reject.
//
// It hangs up on the error, waits two seconds for replies that are owed (ioredis), and sends again what
// it has none for. So it happens whenever the server is slower than that: here it sleeps.

import assert from 'node:assert/strict';
import net from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { direct_client, emailengine_options, ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { sleep } from '../harness/wait.mjs';

const RUNS = 50;
const INCRS = 20;
/** The default of policy.barrier. */
const DEFAULT_LENGTH_MS = 250;
const SERVER_SLEEPS_S = 4;
/** One after the other, or the clients' own process would be too busy to hang up in time. */
const BETWEEN_MS = 20;

/** What is on its way to one side. */
function delayed(from, to, delay_ms) {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), delay_ms));
  from.on('end', () => setTimeout(() => to.end(), delay_ms));
  from.on('error', () => to.destroy());
}

/** A path of so many milliseconds round trip between client and guard; its port. */
async function far_away(port, round_trip_ms) {
  if (!round_trip_ms) return port;
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const guard = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    guard.setNoDelay();
    client.setNoDelay();
    delayed(client, guard, round_trip_ms / 2);
    delayed(guard, client, round_trip_ms / 2);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function far_client(link, port) {
  return ioredis_client(link, { ...emailengine_options(port), db: 0, retryStrategy: () => 20 });
}

/** Pipelines of a rejected command and INCRs: how many of them were executed more than once. */
async function double_executions(link, round_trip_ms, { runs = RUNS, busy_ms = 0 } = {}) {
  const port = await far_away(link.port, Math.abs(round_trip_ms)); // Negative: another series, other keys.
  const other = await direct_client(link);
  const sleeper = await direct_client(link);
  const clients = await Promise.all([...Array(runs)].map(() => far_client(link, port)));
  const asleep = sleeper.call('DEBUG', 'SLEEP', String(SERVER_SLEEPS_S));
  await sleep(50);
  const key = (run) => `counter:${round_trip_ms}:${busy_ms}:${run}`;
  const replies = [];
  for (const [run, client] of clients.entries()) {
    replies.push(client.flushall().catch(() => {}));
    for (let i = 0; i < INCRS; i++) replies.push(client.incr(key(run)));
    for (const end = Date.now() + busy_ms; Date.now() < end;); // Sent, and nothing is read meanwhile.
    await sleep(BETWEEN_MS);
  }
  await Promise.all([asleep, ...replies]);
  const executed = (await other.mget(clients.map((_, run) => key(run)))).map(Number);
  for (const client of clients) client.disconnect();
  return {
    bad_runs: executed.filter((count) => count !== INCRS).length,
    extra: executed.reduce((sum, count) => sum + count - INCRS, 0),
  };
}

const ROUND_TRIPS_MS = [0, 1, 5];

/** One series; `stalled_ms`: for how long this process, which is all 50 clients, did not run at a stretch. */
async function series(link, round_trip_ms) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const { bad_runs, extra } = await double_executions(link, round_trip_ms);
  delay.disable();
  const stalled_ms = Math.round(delay.max / 1e6);
  link.note(`${round_trip_ms} ms: ${bad_runs} of ${RUNS} runs, ${extra} extra, stalled ${stalled_ms} ms`);
  return { bad_runs, stalled_ms };
}

async function barrier_metric(link, name) {
  const answer = await fetch(`http://127.0.0.1:${link.guard.admin_port}/metrics`);
  const series_of = new RegExp(`^respguard_reject_barrier${name}_total (\\d+)$`, 'm');
  return Number((await answer.text()).match(series_of)[1]);
}

/**
 * With the length that users have. A client that could not run for as long as the barrier lasts has not seen
 * the error in time: no barrier of any length can tell, so such a series is played once more.
 */
async function executed_once(link) {
  for (const round_trip_ms of ROUND_TRIPS_MS) {
    let { bad_runs, stalled_ms } = await series(link, round_trip_ms);
    if (bad_runs && stalled_ms > DEFAULT_LENGTH_MS / 2) ({ bad_runs } = await series(link, -round_trip_ms));
    assert.equal(bad_runs, 0, `at ${round_trip_ms} ms`);
  }
  const held = await barrier_metric(link, 's');
  const discarded = await barrier_metric(link, '_discards');
  link.note(`${held} times held, ${discarded} times discarded`);
  assert.ok(held >= RUNS * ROUND_TRIPS_MS.length && discarded > 0.9 * held, 'not by the barrier');
}

async function figures(link) {
  let bad = 0;
  for (const round_trip_ms of ROUND_TRIPS_MS) bad += (await series(link, round_trip_ms)).bad_runs;
  return bad;
}

/** An application that is busy for so long before it reads the error: how long the barrier has to be. */
async function busy_client(link) {
  for (const busy_ms of [10, 50, 100, 200, 240, 260, 300]) {
    const runs = Math.min(20, Math.floor(1200 / (busy_ms + BETWEEN_MS))); // The server sleeps for 4 s.
    const { bad_runs } = await double_executions(link, 0, { runs, busy_ms });
    link.note(`busy for ${busy_ms} ms: ${bad_runs} of ${runs}`);
  }
}

/** Without the barrier: that it happens at all, or the test above would show nothing. */
async function without_barrier(link) {
  assert.ok((await figures(link)) > 0, 'nothing was executed twice: the experiment is broken');
}

/**
 * Redis itself, which refuses by its ACL: its error comes no sooner than the replies behind it, so ioredis has
 * them all. Only who answers for Redis, before Redis does, brings the danger; so it has to avert it.
 */
async function redis_itself(link) {
  const other = await direct_client(link);
  await other.acl('SETUSER', 'default', '-flushall');
  assert.equal(await figures(link), 0);
}

const barrier = (length) => ({ modes: ['guard'], guard: ['--set', `policy.barrier=${length}`] });

export default [
  // Alone: on a busy machine the clients' process may not run for a while.
  test('policy.barrier.default', executed_once, { modes: ['guard'], alone: true }),
  test('policy.barrier.off', without_barrier, barrier('0')),
  test('policy.barrier.redis_itself', redis_itself, { modes: ['direct'], long: true, alone: true }),
  // Which length is needed: figures only.
  ...['25ms', '100ms', '250ms', '500ms'].map((length) =>
    test(`policy.barrier.busy.${length}`, busy_client, { ...barrier(length), long: true, alone: true }),
  ),
  ...['1ms', '5ms', '10ms', '25ms', '50ms', '100ms', '250ms', '1s'].map((length) =>
    test(`policy.barrier.length.${length}`, async (link) => void (await figures(link)), {
      ...barrier(length),
      long: true,
      alone: true,
    }),
  ),
];
