// Ten BullMQ workers as EmailEngine runs them, each with its own queue, for scenarios/outage.mjs.

import { Queue, QueueEvents, Worker } from 'bullmq';
import { direct_client, emailengine_options, ioredis_client } from './clients.mjs';
import { sleep } from './wait.mjs';

export const WORKERS = 10;

/**
 * Longer than any outage here, as EmailEngine's is (3 to 10 min). So a lock never expires while its
 * job runs, and a second run of a job is always an error, not BullMQ's stalled-job recovery.
 * EmailEngine's own 180 s would make that recovery (see outage.mjs) too slow to wait for.
 */
const LOCK_MS = 45_000;
const STALLED_CHECK_MS = 5_000;
const JOB_MS = 250;

export class WorkerFleet {
  /** Each worker and its queue like one EmailEngine thread; all are waiting for jobs. */
  static async start(link) {
    const fleet = new WorkerFleet(link);
    await Promise.all([...Array(WORKERS).keys()].map((index) => fleet.start_worker(index)));
    fleet.observer = await direct_client(link, { db: 8 });
    return fleet;
  }

  constructor(link) {
    this.link = link;
    this.queues = [];
    this.heard_events = new Set();
    /** Job id -> how often the processor was entered. */
    this.runs = new Map();
    this.added = [];
    this.stalled = [];
    this.adding = [];
  }

  async start_worker(index) {
    const name = `queue-${index}`;
    const connect = () => ioredis_client(this.link, emailengine_options(this.link.port));
    const worker = new Worker(name, (job) => this.work(job), {
      connection: await connect(), // BullMQ duplicates it for its blocking reads.
      concurrency: 1,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 5,
    });
    worker.on('error', () => {}); // Connection errors: what they lead to is what is tested.
    worker.on('stalled', (id) => this.stalled.push(id));
    await worker.waitUntilReady();
    const events = new QueueEvents(name, { connection: emailengine_options(this.link.port) });
    events.on('error', () => {});
    events.on('completed', ({ jobId }) => this.heard_events.add(jobId));
    await events.waitUntilReady();
    this.queues[index] = new Queue(name, { connection: await connect() });
    this.queues[index].on('error', () => {});
  }

  async work(job) {
    this.runs.set(job.id, (this.runs.get(job.id) ?? 0) + 1);
    await sleep(JOB_MS);
    return `done ${job.id}`;
  }

  /** While Redis is away ioredis keeps the commands, so nobody waits here. Default: all queues. */
  add(phase, count_each, queues = this.queues.keys()) {
    for (const index of queues) {
      for (let i = 0; i < count_each; i++) {
        const id = `${phase}-${index}-${i}`;
        this.added.push({ id, index, phase });
        this.adding.push(this.queues[index].add('job', {}, { jobId: id }));
      }
    }
  }

  async all_added() {
    await Promise.all(this.adding);
  }

  /** job id -> number of 'completed' events in its queue's stream, which moveToFinished writes. */
  async completions() {
    const counts = new Map();
    for (let index = 0; index < WORKERS; index++) {
      for (const [, fields] of await this.observer.xrange(`bull:queue-${index}:events`, '-', '+')) {
        const entry = {};
        for (let i = 0; i < fields.length; i += 2) entry[fields[i]] = fields[i + 1];
        if (entry.event === 'completed')
          counts.set(entry.jobId, (counts.get(entry.jobId) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** Workers that have completed a job added in that phase. */
  alive(phase, completions) {
    const of_phase = this.added.filter((job) => job.phase === phase && completions.has(job.id));
    return new Set(of_phase.map((job) => job.index)).size;
  }

  /** Queues of which an event reader has heard a completion of that phase. */
  event_readers(phase) {
    const of_phase = this.added.filter(
      (job) => job.phase === phase && this.heard_events.has(job.id),
    );
    return new Set(of_phase.map((job) => job.index)).size;
  }

  /** Return value as Redis keeps it. */
  async stored_result({ id, index }) {
    return this.observer.hget(`bull:queue-${index}:${id}`, 'returnvalue');
  }
}
