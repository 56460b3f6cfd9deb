// Waiting with a limit, and a reason when the limit is reached.
//
// A limit says what is surely broken, not what is usual: on a busy machine a tenth of a second of work
// takes seconds. Nothing here waits longer than it has to when all is well.

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Polls until probe() gives something truthy, and gives that back. */
export async function until(what, probe, { limit_ms = 30_000, every_ms = 20 } = {}) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() >= end) throw new Error(`waited ${limit_ms} ms in vain for: ${what}`);
    await sleep(every_ms);
  }
}

/** The promise's value, or an error that names what did not happen in time. */
export async function within(what, limit_ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limit_ms} ms: ${what}`)), limit_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the arguments of the emitter's next event of that name. */
export function next_event(emitter, name, limit_ms = 30_000) {
  const event = new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
  return within(`event '${name}'`, limit_ms, event);
}
