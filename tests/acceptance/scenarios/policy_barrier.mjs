// A client that reconnects on errors must not have executed twice what stood behind a reject.
//
// It hangs up on the error, waits two seconds for replies that are owed (ioredis), and sends again what
// it has none for. So it happens whenever the server is slower than that: here it sleeps.

import assert from 'node:assert/strict';
import net from 'node:net';
import { direct_client, emailengine_options, ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { sleep } from '../harness/wait.mjs';

const RUNS = 50;
const INCRS = 20;
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
async function double_executions(link, round_trip_ms) {
  const port = await far_away(link.port, round_trip_ms);
  const other = await direct_client(link);
  const sleeper = await direct_client(link);
  const clients = await Promise.all([...Array(RUNS)].map(() => far_client(link, port)));
  const asleep = sleeper.call('DEBUG', 'SLEEP', String(SERVER_SLEEPS_S));
  await sleep(50);
  const key = (run) => `counter:${round_trip_ms}:${run}`;
  const replies = [];
  for (const [run, client] of clients.entries()) {
    replies.push(client.flushall().catch(() => {}));
    for (let i = 0; i < INCRS; i++) replies.push(client.incr(key(run)));
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

async function executed_once(link) {
  for (const round_trip_ms of [0, 1, 5]) {
    const { bad_runs, extra } = await double_executions(link, round_trip_ms);
    assert.deepEqual({ round_trip_ms, bad_runs, extra }, { round_trip_ms, bad_runs: 0, extra: 0 });
  }
}

async function figures(link) {
  let bad = 0;
  for (const round_trip_ms of [0, 1, 5]) {
    const { bad_runs, extra } = await double_executions(link, round_trip_ms);
    link.note(`${round_trip_ms} ms: ${bad_runs} of ${RUNS} runs, ${extra} extra`);
    bad += bad_runs;
  }
  return bad;
}

/** Without the barrier: that it happens at all, or the test above would show nothing. */
async function without_barrier(link) {
  assert.ok((await figures(link)) > 0, 'nothing was executed twice: the experiment is broken');
}

const barrier = (length) => ({ modes: ['guard'], guard: ['--set', `policy.barrier=${length}`] });

export default [
  // Long, and alone: on a busy machine the clients' process may not run for a while.
  test('policy.barrier.on', executed_once, { ...barrier('1s'), alone: true }),
  test('policy.barrier.off', without_barrier, barrier('0')),
  // Which length is needed: figures only.
  ...['1ms', '5ms', '10ms', '25ms', '50ms', '100ms', '250ms'].map((length) =>
    test(`policy.barrier.length.${length}`, async (link) => void (await figures(link)), {
      ...barrier(length),
      long: true,
    }),
  ),
];
