// One test: its modes in processes of their own, their observations compared.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, differences_between } from './compare.mjs';
import { end_leftovers } from './servers.mjs';
import { sleep } from './wait.mjs';

const CHILD = fileURLToPath(new URL('./child.mjs', import.meta.url));

function last_lines(file, count) {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

/** Runs one mode to its end, whatever that is, and leaves no process behind. */
async function run_mode(test, mode, context) {
  const folder = path.join(context.base, test.name, mode);
  fs.mkdirSync(folder, { recursive: true });
  const log = fs.openSync(path.join(folder, 'client.log'), 'a');
  const child = spawn(process.execPath, [CHILD, test.file, test.name, mode, folder], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ACCEPTANCE_LONG: context.long ? '1' : '0',
      ACCEPTANCE_GUARD: JSON.stringify(context.guard),
    },
  });
  fs.closeSync(log);
  const ended = new Promise((resolve) => child.once('exit', () => resolve('ended')));
  const cleanup = async () => {
    child.kill('SIGKILL');
    await ended;
    await end_leftovers(folder);
  };
  context.cleanups.add(cleanup);

  const limit_s = Number(process.env.ACCEPTANCE_LIMIT_S ?? test.timeout_s);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit_s * 1000, 'late');
  });
  const how = await Promise.race([ended, late]);
  clearTimeout(timer);
  await cleanup();
  context.cleanups.delete(cleanup);
  return { mode, folder, ...read_result(folder, how, limit_s) };
}

function read_result(folder, how, limit_s) {
  const step = last_lines(path.join(folder, 'step'), 3).join(' ');
  const at = step ? ` at: ${step}` : '';
  let result;
  try {
    result = JSON.parse(fs.readFileSync(path.join(folder, 'result.json'), 'utf8'));
  } catch {
    const why = how === 'late' ? `did not end within ${limit_s} s` : 'died without a result';
    const log = last_lines(path.join(folder, 'client.log'), 5);
    return { notes: [], problem: `${why}${at}`, details: log };
  }
  if (!result.error) return result;
  const [first, ...stack] = result.error.split('\n');
  return { ...result, problem: `${first}${at}`, details: stack.slice(0, 12) };
}

function guard_log(results) {
  const guarded = results.find((result) => result.mode === 'guard');
  if (!guarded) return [];
  const lines = last_lines(path.join(guarded.folder, 'guard.log'), 6);
  return lines.length ? ['last lines of guard.log:', ...lines.map((line) => `  ${line}`)] : [];
}

function find_problems(test, results) {
  const broken = results.filter((result) => result.problem);
  if (broken.length) {
    const lines = broken.flatMap((r) => [`${r.mode}: ${r.problem}`, ...r.details]);
    for (const other of results.filter((result) => !result.problem)) {
      lines.push(`${other.mode}: fine, observed ${JSON.stringify(other.observed).slice(0, 300)}`);
    }
    return [...lines, ...guard_log(results)];
  }
  const [direct, guard] = results;
  if (!guard || test.direct !== 'compared') return [];
  const differences = differences_between(direct.observed, guard.observed);
  if (!differences.length) return [];
  const summary = `${differences.length} differences, first at ${differences[0].path}`;
  return [`direct and guard differ (${summary})`, ...describe(differences), ...guard_log(results)];
}

/** The modes at once. What direct gives is the same under every preset: it is played once. */
function run_modes(test, context) {
  return Promise.all(
    test.modes.map((mode) => {
      if (mode !== 'direct' || !context.guard.length) return run_mode(test, mode, context);
      if (!context.direct.has(test.name)) {
        context.direct.set(test.name, run_mode(test, mode, context));
      }
      return context.direct.get(test.name);
    }),
  );
}

export async function run_test(test, context) {
  const begin = Date.now();
  const results = [];
  if (test.alone) {
    for (const mode of test.modes) results.push(await run_mode(test, mode, context));
    await sleep(100); // Closed connections and freed memory settle.
  } else {
    results.push(...(await run_modes(test, context)));
  }
  const problems = find_problems(test, results);
  const notes = [...new Set(results.flatMap((r) => r.notes.map((note) => `${r.mode}: ${note}`)))];
  const folder = path.join(context.base, test.name);
  if (!problems.length) fs.rmSync(folder, { recursive: true, force: true });
  const fired = results.flatMap((result) => result.fired ?? []);
  return { name: test.name, ms: Date.now() - begin, problems, notes, folder, fired };
}
