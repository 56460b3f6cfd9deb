// Redis goes away for seconds: do EmailEngine's queue workers survive it? (EMAILENGINE.md 6)
//
// Ten BullMQ 6.2.0 workers with EmailEngine's connection options, each with its own queue. Redis is
// killed (SIGKILL, restarted on the same port with the same data) or paused (SIGSTOP, SIGCONT) for
// 3, 8 and 20 s. Jobs are added before, during and after. Directly BullMQ 6.2.0 loses workers; that
// is only reported. Through the guard:
//
// - 10 of 10 workers complete a job that was added after Redis was back;
// - every job that was added, in any phase, is done exactly once by its id: one 'completed' event
//   in its queue's stream (written by the same script that finishes the job), the processor entered
//   once, its return value stored. No repetition is excused: locks are longer than the outage, so
//   BullMQ has no reason to run a job again.
// - What may happen: Redis dies after it has given a job to a worker, but before the reply is out.
//   That job was never started; BullMQ's stalled check gives it out again when its lock has expired
//   (45 s). Such a job is late, not lost, and still runs once. The test waits for it and says so.

import assert from 'node:assert/strict';
import { WORKERS, WorkerFleet } from '../harness/outage_workers.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until, within } from '../harness/wait.mjs';

const DEFAULT_RUN = [
  ['killed', 3],
  ['killed', 8],
  ['paused', 8],
];
const LONG_RUN = [
  ['killed', 20],
  ['paused', 3],
  ['paused', 20],
];

/** ioredis waits up to 15 s between attempts; with what BullMQ adds, the living are long back then. */
const COME_BACK_MS = 45_000;
/** Lock, stalled check, and the job itself. */
const LATE_JOBS_MS = 65_000;

const BUSY_WORKERS = [0, 1, 2];

/** fsync never, but written before every reply: SIGKILL loses nothing that was answered. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'no'];

async function take_away(redis, how, seconds, meanwhile) {
  if (how === 'killed') await redis.kill();
  else redis.signal('SIGSTOP');
  await sleep(seconds * 500);
  meanwhile();
  await sleep(seconds * 500);
  if (how === 'killed') await redis.restart();
  else redis.signal('SIGCONT');
}

/** Whether it comes true before a living client must be back. */
async function reached(back, condition) {
  for (;;) {
    if (await condition()) return true;
    if (Date.now() - back > COME_BACK_MS) return false;
    await sleep(200);
  }
}

async function outage(link, how, seconds) {
  link.step('starting workers');
  const fleet = await WorkerFleet.start(link);
  // BZPOPMIN waits 5 s, and whether a worker is lost depends on how much of that is over when Redis
  // goes: the idle ones are spread over it.
  for (let i = 0; i < WORKERS; i++) {
    fleet.add('warm', 1, [i]);
    await sleep(5000 / WORKERS);
  }
  await until('every worker to work', async () => (await fleet.completions()).size === WORKERS, {
    limit_ms: 20_000,
  });
  // Idle workers are the ones that BullMQ loses: they wait in BZPOPMIN. The busy ones' four jobs
  // take a second: some are done, one is running, the others wait when Redis goes.
  fleet.add('before', 4, BUSY_WORKERS);
  await fleet.all_added();
  await sleep(350);

  link.step(`${how} for ${seconds} s`);
  await take_away(link.redis, how, seconds, () => fleet.add('during', 2));
  const back = Date.now();

  link.step('back again');
  await sleep(1000);
  fleet.add('after', 2);
  const everything = () => fleet.added.length;
  const finished = async () => (await fleet.completions()).size === everything();
  const on_time = await reached(back, finished);
  const back_ms = Date.now() - back;
  const completions = await fleet.completions();
  const alive = fleet.alive('after', completions);
  await reached(back, () => fleet.event_readers('after') === WORKERS);
  const readers = fleet.event_readers('after');
  link.note(
    `${alive} of ${WORKERS} workers and ${readers} of ${WORKERS} event readers alive, ` +
      `${completions.size} of ${everything()} jobs done ${back_ms} ms after`,
  );
  if (!link.through_guard) return;

  assert.equal(alive, WORKERS, 'workers alive after the outage');
  await within('all jobs to be accepted', 20_000, fleet.all_added());
  if (!on_time) {
    link.step('waiting for late jobs');
    const late = fleet.added.filter(({ id }) => !completions.has(id)).map(({ id }) => id);
    await until(`late jobs: ${late}`, finished, { limit_ms: LATE_JOBS_MS, every_ms: 500 });
    link.note(`late, by BullMQ's stalled check: ${late}`);
  }
  await sleep(500); // A job done twice would show now.
  await done_exactly_once(fleet);
}

async function done_exactly_once(fleet) {
  const completions = await fleet.completions();
  const wrong = [];
  for (const job of fleet.added) {
    const { id } = job;
    const completed = completions.get(id) ?? 0;
    const runs = fleet.runs.get(id) ?? 0;
    if (completed !== 1 || runs !== 1)
      wrong.push(`${id}: completed ${completed} times, ran ${runs} times`);
    const result = await fleet.stored_result(job);
    if (result !== `"done ${id}"`) wrong.push(`${id}: stored result ${result}`);
  }
  assert.deepEqual(wrong, []);
}

function outage_test(how, seconds, long) {
  return test(`outage.${how}_${seconds}s`, (link) => outage(link, how, seconds), {
    long,
    background: true,
    direct: 'reported',
    redis: DURABLE,
    timeout_s: 300,
  });
}

export default [
  ...DEFAULT_RUN.map(([how, seconds]) => outage_test(how, seconds, false)),
  ...LONG_RUN.map(([how, seconds]) => outage_test(how, seconds, true)),
];
