// Reproducible randomness: one seed explains a whole run.

/** mulberry32. Small, and good enough to choose what to send and whom to kill. */
export function random_from(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    /** Uniform in [0, 1). */
    unit: next,
    /** Uniform whole number in [low, high]. */
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    /** One element of a non-empty list. */
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

/** Bytes whose value depends on their position only, with a period that no buffer size divides. */
export function pattern_bytes(size) {
  const period = Buffer.alloc(251);
  for (let i = 0; i < period.length; i++) period[i] = (i * 37 + 11) & 0xff;
  return Buffer.alloc(size, period);
}

/** True when chunk is what pattern_bytes has from that offset on. */
export function matches_pattern(chunk, offset) {
  const shift = offset % 251;
  return pattern_bytes(shift + chunk.length)
    .subarray(shift)
    .equals(chunk);
}
