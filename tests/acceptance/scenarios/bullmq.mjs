// BullMQ 6: 500 jobs of every kind, each done exactly once.

import assert from 'node:assert/strict';
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq';
import { direct_client, emailengine_options, ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until } from '../harness/wait.mjs';

const PLAIN = 260;
const DELAYED = 60;
const FAILING = 40;
const RETRIED = 50;
const SCHEDULERS = 2;
const SCHEDULED_EACH = 10;
const FLOWS = 10;
const CHILDREN_EACH = 6;
const TOTAL =
  PLAIN + DELAYED + FAILING + RETRIED + SCHEDULERS * SCHEDULED_EACH + FLOWS * (CHILDREN_EACH + 1);

/** What the workers did, by job name: runs counts how often the processor was entered. */
class Ledger {
  constructor() {
    this.runs = new Map();
    this.early = [];
  }

  enter(job) {
    const name = stable_id(job);
    this.runs.set(name, (this.runs.get(name) ?? 0) + 1);
    const due = job.timestamp + (job.opts.delay ?? 0);
    // 5 ms: BullMQ's clock is this process' and its due time is rounded.
    if (!job.repeatJobKey && job.attemptsMade === 0 && Date.now() < due - 5) this.early.push(name);
  }
}

/** Job schedulers put the time into their job ids; the iteration's number stands in for it. */
function stable_id(job) {
  return job.repeatJobKey ? `${job.repeatJobKey}#${job.name}` : `${job.queueName}:${job.id}`;
}

async function work(job, ledger) {
  ledger.enter(job);
  await job.updateProgress(50);
  if (job.name === 'failing') throw new Error(`job ${job.data.i} fails, as it should`);
  if (job.name === 'retried' && job.attemptsMade < job.data.failures) {
    throw new Error(`attempt ${job.attemptsMade + 1}`);
  }
  if (job.name === 'parent') {
    const values = Object.values(await job.getChildrenValues());
    return { children: values.length, sum: values.reduce((sum, value) => sum + value.square, 0) };
  }
  await job.log(`line of job ${job.data.i}`);
  await sleep(job.data.i % 5);
  return { square: job.data.i ** 2 };
}

async function add_jobs(queue, flows) {
  const job = (name, i, opts, data) => ({
    name,
    data: { i, ...data },
    opts: { jobId: `${name}-${i}`, ...opts },
  });
  const many = (count, make) => [...Array(count).keys()].map(make);

  await queue.addBulk(many(PLAIN / 2, (i) => job('plain', i)));
  for (let i = PLAIN / 2; i < PLAIN; i++) {
    const { name, data, opts } = job('plain', i, { priority: i % 3 }, { text: 'x'.repeat(i * 20) });
    await queue.add(name, data, opts);
  }
  await queue.addBulk(many(DELAYED, (i) => job('delayed', i, { delay: 100 + 25 * i })));
  await queue.addBulk(
    many(FAILING, (i) => job('failing', i, { attempts: 1 + (i % 2), backoff: 20 })),
  );
  await queue.addBulk(
    many(RETRIED, (i) => {
      const type = i % 2 ? 'exponential' : 'fixed';
      return job('retried', i, { attempts: 4, backoff: { type, delay: 40 } }, { failures: i % 4 });
    }),
  );
  for (let s = 0; s < SCHEDULERS; s++) {
    const every = { every: 150 + 30 * s, limit: SCHEDULED_EACH };
    await queue.upsertJobScheduler(`scheduler-${s}`, every, { name: 'scheduled', data: { i: s } });
  }
  for (let f = 0; f < FLOWS; f++) {
    const children = many(CHILDREN_EACH, (c) => ({
      queueName: 'children',
      ...job('child', f * CHILDREN_EACH + c, { delay: c === 0 ? 300 : 0 }),
    }));
    await flows.add({ queueName: 'parents', ...job('parent', f), children });
  }
}

/** Everything a QueueEvents hears, as sorted lists per event. */
function listen(queue_events) {
  const heard = { completed: [], failed: [], progress: [], delayed: [], active: [] };
  for (const [name, list] of Object.entries(heard)) {
    queue_events.on(name, ({ jobId, returnvalue, failedReason }) => {
      const what = returnvalue ?? failedReason;
      list.push(what === undefined ? jobId : `${jobId} ${JSON.stringify(what)}`);
    });
  }
  return heard;
}

/** Scheduled jobs carry a time in their ids: only their number can be compared. */
function comparable(events) {
  return Object.fromEntries(
    Object.entries(events).map(([name, list]) => [
      name,
      list.map((line) => line.replace(/^(repeat:scheduler-\d+):\d+/, '$1')).sort(),
    ]),
  );
}

async function finished_jobs(queue) {
  const jobs = await queue.getJobs(['completed', 'failed']);
  const described = jobs.map((job) => {
    const { returnvalue, failedReason, attemptsMade } = job;
    return `${stable_id(job)} ${JSON.stringify({ returnvalue, failedReason, attemptsMade })}`;
  });
  return described.sort();
}

async function five_hundred_jobs(link, connect) {
  const ledger = new Ledger();
  const names = ['main', 'parents', 'children'];
  const connections = new Map();
  const connection = async (who) => {
    connections.set(who, await connect(link));
    return connections.get(who);
  };
  const errors = [];
  const queues = {};
  const heard = {};
  const closing = [];
  for (const name of names) {
    queues[name] = new Queue(name, { connection: await connection(`queue ${name}`) });
    const events = new QueueEvents(name, {
      connection: await connection(`events ${name}`),
      lastEventId: '0-0', // From the beginning: nothing is missed while it gets ready.
    });
    heard[name] = listen(events);
    const workers = [1, 2].map(async (number) => {
      const options = { connection: await connection(`worker ${name} ${number}`), concurrency: 8 };
      const worker = new Worker(name, (job) => work(job, ledger), options);
      worker.on('error', (error) => errors.push(error.message));
      return worker;
    });
    closing.push(events, ...(await Promise.all(workers)));
  }
  const flows = new FlowProducer({ connection: await connection('flows') });

  link.step('adding');
  await add_jobs(queues.main, flows);
  link.step('working');
  const done = () =>
    Object.values(heard).reduce(
      (sum, events) => sum + events.completed.length + events.failed.length,
      0,
    );
  await until('all jobs to be done', async () => done() >= TOTAL, { limit_ms: 90_000 });
  await sleep(300); // A job done twice would show now.

  link.step('looking');
  const seen = { counts: {}, finished: {}, events: {}, runs: {} };
  for (const name of names) {
    seen.counts[name] = await queues[name].getJobCounts();
    seen.finished[name] = await finished_jobs(queues[name]);
    seen.events[name] = comparable(heard[name]);
  }
  for (const [name, runs] of [...ledger.runs].sort()) seen.runs[name] = runs;
  seen.workers = (await queues.main.getWorkers()).length;
  seen.schedulers = (await queues.main.getJobSchedulers()).length;
  seen.logs = (await queues.main.getJobLogs('plain-7')).logs;
  seen.errors = errors;
  seen.early = ledger.early;
  check(seen, done());

  link.step('closing');
  await Promise.all([...closing, flows].map((part) => part.close()));
  for (const name of names) await queues[name].obliterate({ force: true });
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  seen.keys_left = await keys_left(link);
  return seen;
}

async function keys_left(link) {
  const client = await direct_client(link, { db: 8 });
  return (await client.keys('*')).sort();
}

/** What must be so in either mode. */
function check(seen, done) {
  assert.equal(done, TOTAL);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.early, []);
  const completed = Object.values(seen.counts).reduce((sum, c) => sum + c.completed, 0);
  const failed = Object.values(seen.counts).reduce((sum, c) => sum + c.failed, 0);
  assert.deepEqual({ completed, failed }, { completed: TOTAL - FAILING, failed: FAILING });
  for (const [name, runs] of Object.entries(seen.runs)) {
    assert.equal(runs, expected_runs(name), `${name} ran ${runs} times`);
  }
}

function expected_runs(name) {
  if (name.startsWith('scheduler-')) return SCHEDULED_EACH;
  const [, kind, i] = name.match(/:(\w+)-(\d+)$/);
  if (kind === 'failing') return 1 + (i % 2);
  return kind === 'retried' ? 1 + (i % 4) : 1;
}

/** As EmailEngine connects: an ioredis instance with its options. */
function like_emailengine(link) {
  return ioredis_client(link, emailengine_options(link.port));
}

function with_resp2(link) {
  return ioredis_client(link, { maxRetriesPerRequest: null, protocol: 2, db: 8 });
}

export default [
  test('bullmq.500_jobs.emailengine', (link) => five_hundred_jobs(link, like_emailengine)),
  test('bullmq.500_jobs.resp2', (link) => five_hundred_jobs(link, with_resp2)),
];
