// One test in one mode, in a process of its own: node child.mjs FILE NAME MODE FOLDER
//
// Own process: what a lost BullMQ worker leaves behind, or an exception nobody caught, ends here
// and not in the next test. Writes FOLDER/result.json.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Guard, Redis } from './servers.mjs';

const [file, name, mode, folder] = process.argv.slice(2);

/** What a test gets: where to connect, what to control, whom to tell. */
function make_link(redis, guard) {
  const result = { notes: [], step: '' };
  return {
    mode,
    through_guard: mode === 'guard',
    long: process.env.ACCEPTANCE_LONG === '1',
    /** Where the test's clients connect: to redis-server itself, or to the guard. */
    port: guard ? guard.port : redis.port,
    /** Past the guard, always. */
    direct_port: redis.port,
    redis,
    guard,
    folder,
    result,
    /** Shown when the test fails or hangs. */
    step(text) {
      result.step = text;
      fs.writeFileSync(path.join(folder, 'step'), text);
    },
    /** Shown behind the test's name even when all is well. */
    note(text) {
      result.notes.push(text);
    },
  };
}

/** As it is now: its parts may still change, for example when the servers end. */
function snapshot(observed) {
  // JSON has no infinity; null in its place would hide a difference.
  const exact = (_, value) =>
    Number.isFinite(value) || typeof value !== 'number' ? value : `${value}`;
  return JSON.parse(JSON.stringify(observed ?? {}, exact));
}

function write_result(result) {
  fs.writeFileSync(path.join(folder, 'result.json'), JSON.stringify(result));
}

/** Rules with a hit that is more than a pass. */
async function rules_that_fired(guard) {
  const answer = await fetch(`http://127.0.0.1:${guard.admin_port}/rules`);
  const { rules } = await answer.json();
  const fired = rules.filter(({ hits }) => hits.alert + hits.reject + hits.close + hits.shadow > 0);
  return fired.map(({ rule }) => rule);
}

async function main() {
  const { default: tests } = await import(pathToFileURL(file));
  const chosen = tests.find((candidate) => candidate.name === name);
  const redis = await Redis.start(folder, chosen.redis);
  const more = JSON.parse(process.env.ACCEPTANCE_GUARD ?? '[]');
  const guard =
    mode === 'guard'
      ? await Guard.start(folder, redis.port, [...chosen.guard, ...more])
      : undefined;
  const link = make_link(redis, guard);

  const failed = (error) => {
    link.result.error ??= error?.stack ?? String(error);
  };
  process.on('unhandledRejection', failed);
  process.on('uncaughtException', failed);
  try {
    link.result.observed = snapshot(await chosen.run(link));
  } catch (error) {
    failed(error);
  }
  if (guard) {
    // Asked for only where it is compared: a stand-in for the guard has no such page.
    if (more.length) link.result.fired = await rules_that_fired(guard).catch(failed);
    for (const complaint of await guard.complaints()) failed(complaint);
  }
  await redis.stop();
  write_result(link.result);
}

main().then(
  () => process.exit(0), // Not by running dry: a test's clients may still want to reconnect.
  (error) => {
    write_result({ notes: [], error: error.stack });
    process.exit(1);
  },
);
