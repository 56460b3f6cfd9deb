// Runs the chosen tests and prints one line for each. Called by ../run.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { preset_names, preset_tests, run_preset } from './presets.mjs';
import { run_test } from './runner.mjs';
import { guard_program } from './servers.mjs';

/** Tests at a time, each of which is two processes with a server or two. */
const AT_ONCE = 2;
/** Uses of presets at a time: theirs wait for BullMQ's clocks most of the time. */
const PRESETS_AT_ONCE = 3;

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url));

function usage(message) {
  console.error(`${message}\nusage: run [--only NAME]... [--preset NAME|all]... [--long] [--list]`);
  process.exit(2);
}

function parse_arguments(args) {
  const options = { only: [], presets: [], long: false, list: false };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--long') options.long = true;
    else if (args[i] === '--list') options.list = true;
    else if (args[i] === '--only' && args[i + 1]) options.only.push(args[++i]);
    else if (args[i] === '--preset' && args[i + 1]) options.presets.push(args[++i]);
    else usage(`what is ${args[i]}?`);
  }
  if (options.presets.includes('all')) options.presets = preset_names;
  for (const name of options.presets) {
    if (!preset_names.includes(name)) usage(`no preset is called ${name}: ${preset_names.join(' ')}`);
  }
  return options;
}

async function load_tests() {
  const files = fs.readdirSync(SCENARIOS).filter((name) => name.endsWith('.mjs'));
  const tests = [];
  for (const name of files.sort()) {
    const file = path.join(SCENARIOS, name);
    for (const found of (await import(file)).default) tests.push({ ...found, file });
  }
  return tests;
}

/** Also tests: one for each use of a preset. */
function with_presets(tests, options) {
  const presets = options.presets.length ? options.presets : preset_names;
  return [...tests, ...preset_tests(tests, { ...options, presets })];
}

/** A name chooses itself and everything below it: ioredis, ioredis.multi, ioredis.multi.resp3. */
function choose(tests, { only, presets, long }) {
  if (presets.length && !only.length) return tests.filter((t) => t.played);
  for (const name of only) {
    if (!tests.some((t) => t.name === name || t.name.startsWith(`${name}.`))) {
      usage(`no test is called ${name} (--list shows all)`);
    }
  }
  return tests.filter((t) =>
    only.length
      ? only.some((name) => t.name === name || (t.name.startsWith(`${name}.`) && (long || !t.long)))
      : long || !t.long,
  );
}

/** Runs what it takes from the queue, one after the other. */
async function work_off(queue, run) {
  while (queue.length) await run(queue.shift());
}

/** What waits runs beside what works, two at a time; what measures runs when all else is quiet. */
async function run_all(tests, run) {
  const foreground = tests.filter((one) => !one.alone && !one.background && !one.played);
  const uses = tests.filter((one) => one.played);
  const at_once = (count, queue) => Promise.all([...Array(count)].map(() => work_off(queue, run)));
  await Promise.all([
    ...tests.filter((one) => one.background).map(run),
    at_once(AT_ONCE, foreground).then(() => at_once(PRESETS_AT_ONCE, uses)),
  ]);
  await work_off(
    tests.filter((one) => one.alone),
    run,
  );
}

function print(outcome) {
  const { name, ms, problems, notes } = outcome;
  const remark = notes.length ? `  # ${notes.join('; ')}` : '';
  if (!problems.length) {
    console.log(`ok ${name} (${ms} ms)${remark}`);
    return;
  }
  console.log(`FAILED ${name}: ${problems[0]}${remark}`);
  for (const line of problems.slice(1)) console.log(`    ${line}`);
  console.log(`    logs: ${outcome.folder}`);
}

async function main() {
  const options = parse_arguments(process.argv.slice(2));
  const tests = choose(with_presets(await load_tests(), options), options);
  if (options.list) {
    for (const one of tests) console.log(one.name);
    return 0;
  }
  const program = guard_program();
  if (program.includes('/') && !fs.existsSync(program)) {
    console.error(`no guard at ${program}: build it first, or set GUARD_CMD`);
    return 2;
  }

  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'respguard-acceptance-'));
  const context = { base, long: options.long, cleanups: new Set(), guard: [], direct: new Map() };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      await Promise.all([...context.cleanups].map((cleanup) => cleanup()));
      console.error(`stopped by ${signal}; logs: ${base}`);
      process.exit(130);
    });
  }

  let passed = 0;
  let failed = 0;
  await run_all(tests, async (one) => {
    const outcome = await (one.played ? run_preset(one, context) : run_test(one, context));
    print(outcome);
    if (outcome.problems.length) failed++;
    else passed++;
  });
  if (!failed) fs.rmSync(base, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

main().then((code) => process.exit(code));
