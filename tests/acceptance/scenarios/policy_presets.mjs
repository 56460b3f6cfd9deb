// BullMQ under every preset: all jobs are done, and the rules that fired are known. Guard only.

import assert from 'node:assert/strict';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { emailengine_options, ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { until } from '../harness/wait.mjs';

const JOBS = 40;

/** What fires while EmailEngine's clients do nothing unusual. */
const EXPECTED = {
  emailengine: [],
  'upstash-1mb': [],
  'upstash-10mb': [],
  elasticache: [],
  azure: [],
  dragonfly: [],
  // ioredis asks CLIENT SETNAME and BullMQ CLIENT LIST, which Memorystore does not have.
  memorystore: ['memorystore-client'],
  shared: [],
  'observe-only': [],
};

async function rules_that_fired(link) {
  const answer = await fetch(`http://127.0.0.1:${link.guard.admin_port}/rules`);
  const { rules } = await answer.json();
  const fired = rules.filter(({ hits }) => hits.alert + hits.reject + hits.close + hits.shadow > 0);
  return fired.map(({ rule }) => rule);
}

async function bullmq_works(link, preset) {
  const connection = emailengine_options(link.port);
  const queue = new Queue('notify', { connection });
  const events = new QueueEvents('notify', { connection });
  await events.waitUntilReady();
  const completed = new Set();
  events.on('completed', ({ jobId }) => completed.add(jobId));
  let failures = 0;
  const worker = new Worker(
    'notify',
    async (job) => {
      if (job.data.i % 10 === 0 && job.attemptsMade === 0) throw new Error('once');
      return job.data.i;
    },
    { connection, concurrency: 4 },
  );
  worker.on('failed', () => failures++);
  worker.on('error', () => {});
  await queue.addBulk(
    [...Array(JOBS).keys()].map((i) => ({
      name: 'job',
      data: { i, text: 'x'.repeat(i * 500) },
      opts: { attempts: 2, backoff: 10, delay: i % 3 ? 0 : 50 },
    })),
  );
  await until('all jobs are completed', () => completed.size === JOBS, { limit_ms: 20_000 });
  await queue.getWorkers();
  assert.equal(failures, JOBS / 10);

  // EmailEngine's other commands.
  const client = await ioredis_client(link, connection);
  await client.multi().hset('iah:1', 'a', 1).zadd('iam:1', 1, 'm').exec();
  assert.deepEqual(await client.hgetall('iah:1'), { a: '1' });
  await client.info('commandstats');
  await client.scan(0, 'MATCH', 'iah:*');

  await Promise.all([worker.close(), events.close(), queue.close()]);
  const fired = await rules_that_fired(link);
  link.note(`rules that fired: ${fired.join(', ') || 'none'}`);
  assert.deepEqual(fired, EXPECTED[preset]);
}

export default Object.keys(EXPECTED).map((preset) =>
  test(`policy.preset.${preset}`, (link) => bullmq_works(link, preset), {
    modes: ['guard'],
    guard: ['--set', `policy.presets=${preset}`],
  }),
);
