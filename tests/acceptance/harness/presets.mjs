// The presets under the real clients: which tests are played, in which company, and what must fire.
//
// A preset is used together with `emailengine`, which is what its file says, and alone, with fewer tests.
// All tests of one use are one test of ours: it says which rules fired, and fails if others should have.

import fs from 'node:fs';
import path from 'node:path';
import { run_test } from './runner.mjs';

/** What fires while EmailEngine's clients do what they always do. */
const FIRED = {
  emailengine: [],
  // EmailEngine asks for SLOWLOG LEN on its metrics page.
  'upstash-1mb': ['upstash-1mb-slowlog'],
  'upstash-10mb': ['upstash-10mb-slowlog'],
  elasticache: [],
  azure: [],
  dragonfly: [],
  // ioredis asks CLIENT SETNAME and BullMQ CLIENT LIST, which Memorystore does not have.
  memorystore: ['memorystore-client'],
  shared: [],
  'observe-only': [],
};

/** More, because ioredis's tests try a command that there is not (the rule that comes first has it). */
const FIRED_BY_IOREDIS = { emailengine: ['unknown-command'], shared: ['shared-unknown'] };

/** Together with emailengine: all of BullMQ, and of ioredis what has to do with judging. */
const SHORT = [
  'bullmq',
  'emailengine.commands',
  'ioredis.blocking.writer.resp2',
  'ioredis.lua.resp3',
  'ioredis.multi',
  'ioredis.pipeline.resp2',
];
const ALONE = ['bullmq.500_jobs.emailengine', 'emailengine.commands', 'ioredis.multi'];
/**
 * With --long, for both uses. Not what no application of ours does and a preset refuses, as it should: values of
 * 4 MB, CONFIG GET and COMMAND INFO (reply_types), a message over 1 MB (pubsub), Redis's text about unknown commands.
 */
const LONG = [
  'bullmq',
  'emailengine.commands',
  ...['blocking', 'lua', 'multi', 'pipeline', 'fifty_connections', 'half_close.10', 'reconnect'].map(
    (name) => `ioredis.${name}`,
  ),
];

const belongs = (name, to) => to.some((one) => name === one || name.startsWith(`${one}.`));

export const preset_names = Object.keys(FIRED);

/** One test for each use of the chosen presets. */
export function preset_tests(tests, { presets, long }) {
  const use = (name, list, names, fired) => ({
    name: `policy.preset.${name}`,
    list,
    fired: [...new Set(fired)].sort(),
    played: tests.filter((one) => belongs(one.name, names)),
  });
  return presets.flatMap((preset) => {
    const base = preset === 'emailengine';
    const fired = FIRED[preset];
    const by_ioredis = FIRED_BY_IOREDIS[preset] ?? FIRED_BY_IOREDIS.emailengine;
    const together = use(
      base ? preset : `${preset}.with_emailengine`,
      base ? preset : `${preset},emailengine`,
      long ? LONG : SHORT,
      [...fired, ...by_ioredis],
    );
    if (base) return [together];
    const own = FIRED_BY_IOREDIS[preset] ?? [];
    return [together, use(`${preset}.alone`, preset, long ? LONG : ALONE, [...fired, ...own])];
  });
}

/** Its tests one after the other; an outcome like that of run_test. */
export async function run_preset(use, context) {
  const begin = Date.now();
  const folder = path.join(context.base, use.name);
  const problems = [];
  const fired = new Set();
  for (const one of use.played) {
    // In which moment a delayed job of BullMQ is told differs from run to run on a busy machine. That each
    // is done exactly once, the test says itself.
    const modes = belongs(one.name, ['bullmq']) ? ['guard'] : one.modes;
    const outcome = await run_test({ ...one, modes }, {
      ...context,
      base: folder,
      guard: ['--set', `policy.presets=${use.list}`],
    });
    outcome.fired.forEach((rule) => fired.add(rule));
    if (outcome.problems.length) problems.push(`${one.name}: ${outcome.problems.join('\n    ')}`);
  }
  const seen = [...fired].sort();
  const told = seen.join(', ') || 'none';
  if (told !== (use.fired.join(', ') || 'none')) {
    problems.push(`rules that fired: ${told}; expected: ${use.fired.join(', ') || 'none'}`);
  }
  if (!problems.length) fs.rmSync(folder, { recursive: true, force: true });
  const notes = [`${use.played.length} tests; rules that fired: ${told}`];
  return { name: use.name, ms: Date.now() - begin, problems, notes, folder };
}
