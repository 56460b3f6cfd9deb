// BullMQ's own workers that vanish while the application goes on: told within 20 seconds, and only of
// a queue that has none left. EmailEngine's health says 200 meanwhile. Guard only.

import assert from 'node:assert/strict';
import { Queue, Worker } from 'bullmq';
import { ask, events, rows, sample } from '../harness/ask.mjs';
import { emailengine_options } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until } from '../harness/wait.mjs';

/** 15 s without a sign, looked for every 5 s; the rest is for a busy machine. */
const TOLD_WITHIN_MS = 20_000 + 5_000;
/** EmailEngine's lock of a job; renewed at half of it. */
const LOCK_MS = 180_000;

function start_worker(link, queue, work = async () => 'done') {
  const worker = new Worker(queue, work, {
    connection: emailengine_options(link.port),
    lockDuration: LOCK_MS,
  });
  worker.on('error', () => {});
  return worker;
}

const queues_of = (found) => found.map(({ reason }) => reason.match(/^queue (\S+):/)[1]);
const is_told = async (link, type, queue) => queues_of(await events(link, type)).includes(queue);

async function lost(link) {
  const names = ['notify', 'submit', 'documents', 'busy'];
  const add_to = Object.fromEntries(
    names.map((name) => [name, new Queue(name, { connection: emailengine_options(link.port) })]),
  );
  for (const queue of Object.values(add_to)) queue.on('error', () => {});
  const workers = {
    notify: start_worker(link, 'notify'),
    submit: start_worker(link, 'submit'),
    documents: [0, 1, 2].map(() => start_worker(link, 'documents')),
    // One job that takes longer than anything here: silent, but not lost.
    busy: start_worker(link, 'busy', () => sleep(120_000)),
  };
  await Promise.all(
    Object.values(workers)
      .flat()
      .map((worker) => worker.waitUntilReady()),
  );
  await add_to.busy.add('long', {});
  await until('all queues to be known', async () => (await rows(link, 'queues')).length === 4);
  await until('the long job to begin', async () => (await add_to.busy.getActiveCount()) === 1);

  link.step('the only worker of one queue and one of three of another stop');
  await Promise.all([workers.submit.close(), workers.documents[0].close()]);
  const begin = Date.now();
  // What goes on: jobs for all queues, those of submit are left lying.
  const traffic = setInterval(() => {
    for (const name of ['notify', 'submit', 'documents']) add_to[name].add('job', {});
  }, 500);
  try {
    await until('consumers_lost', () => is_told(link, 'consumers_lost', 'submit'), {
      limit_ms: TOLD_WITHIN_MS,
      every_ms: 100,
    });
    link.note(`told after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
    assert.ok(Date.now() - begin > 14_000, 'not before three silent waits of a worker');
    const metric = 'respguard_queue_workers_lost';
    const { body } = await ask(link, '/metrics');
    assert.equal(sample(body, metric, 'queue="submit"'), 1);
    for (const name of ['notify', 'documents', 'busy']) {
      assert.ok(!sample(body, metric, `queue="${name}"`), name);
    }
    const page = (await ask(link, '/')).body;
    assert.match(page, /class="pill bad">no workers any more: submit \(/);
    const row = (await rows(link, 'queues')).find(({ queue }) => queue === 'submit');
    assert.ok(row.workers_lost_ms > 14_000 && row.workers_waiting === 0, JSON.stringify(row));

    link.step('it comes back');
    workers.submit = start_worker(link, 'submit');
    await until('consumers_back', () => is_told(link, 'consumers_back', 'submit'), {
      limit_ms: 20_000,
      every_ms: 100,
    });
    assert.ok(!sample((await ask(link, '/metrics')).body, metric, 'queue="submit"'));
    assert.doesNotMatch((await ask(link, '/')).body, /no workers any more/);
    await until('what was left lying', async () => (await add_to.submit.getWaitingCount()) === 0);
  } finally {
    clearInterval(traffic);
  }
  assert.deepEqual(queues_of(await events(link, 'consumers_lost')), ['submit']);
  assert.deepEqual(queues_of(await events(link, 'consumers_back')), ['submit']);
}

export default [test('workers.lost', lost, { modes: ['guard'], background: true })];
