// What a scenario file exports: a list of tests made by test().

const DEFAULTS = {
  /** Each mode gets a fresh redis-server; 'guard' a fresh guard in front of it. */
  modes: ['direct', 'guard'],
  /** The whole run of one mode, its servers' start included. */
  timeout_s: 120,
  /** Only with --long. */
  long: false,
  /** Nothing else runs meanwhile, and its modes run one after the other: for what measures. */
  alone: false,
  /** Mostly waits: runs beside all tests that are not alone. */
  background: false,
  /** Arguments for redis-server beyond the usual ones. */
  redis: [],
  /** Arguments for the guard beyond the usual ones; {folder}: redis-server's working folder. */
  guard: [],
  /** Whether observations must be equal. 'reported': direct is printed as a note only. */
  direct: 'compared',
};

/**
 * @param run Gets a link (see child.mjs), throws on what is wrong in itself, and returns what it
 *            observed as JSON: only what must be the same on every run.
 */
export function test(name, run, options = {}) {
  for (const key of Object.keys(options)) {
    if (!(key in DEFAULTS)) throw new Error(`test ${name}: unknown option ${key}`);
  }
  return { name, run, ...DEFAULTS, ...options };
}
