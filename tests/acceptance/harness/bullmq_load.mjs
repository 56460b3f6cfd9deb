// A BullMQ load over three queues, beside it EmailEngine's kind of single commands.
//
// Also by itself, for looking at: node tests/acceptance/harness/bullmq_load.mjs PORT

import { Queue, Worker } from 'bullmq';
import { fileURLToPath } from 'node:url';
import { emailengine_options, ioredis_client } from './clients.mjs';
import { sleep, until } from './wait.mjs';

export const QUEUES = ['notify', 'submit', 'documents'];

const ACCOUNTS = 50;
const PAUSE_MS = 5;

/** Jobs are added and done all the time. Queues, workers and `client` are for tests to use. */
export class BullmqLoad {
  /** All workers wait for jobs. @param link Has a `port`. */
  static async start(link) {
    const load = new BullmqLoad();
    load.client = await ioredis_client(link, emailengine_options(link.port));
    load.queues = new Map();
    load.workers = [];
    for (const name of QUEUES) {
      const connection = emailengine_options(link.port);
      load.queues.set(name, new Queue(name, { connection }));
      load.workers.push(new Worker(name, async () => 'done', { connection, concurrency: 2 }));
    }
    for (const one of [...load.queues.values(), ...load.workers]) one.on('error', () => {});
    await Promise.all(load.workers.map((worker) => worker.waitUntilReady()));
    load.running = load.run();
    return load;
  }

  async run() {
    const options = { removeOnComplete: 100 };
    for (let i = 0; !this.over; i++) {
      const [name, queue] = [...this.queues][i % QUEUES.length];
      const account = `iad:account${i % ACCOUNTS}`;
      await queue.add('job', { text: 'x'.repeat(500) }, options);
      await this.client.hset(account, 'state', name);
      await this.client.hgetall(account);
      await sleep(PAUSE_MS);
    }
  }

  /** Adds nothing more; all that was added is done. */
  async end() {
    this.over = true;
    await this.running;
    await until('all jobs to be done', async () => {
      const waiting = [...this.queues.values()].map((queue) => queue.getWaitingCount());
      return (await Promise.all(waiting)).every((count) => count === 0);
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await BullmqLoad.start({ port: Number(process.argv[2]) });
}
