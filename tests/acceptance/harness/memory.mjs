// How much memory a process holds.

import fs from 'node:fs';

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** `limits.buffer`, its default: what waits of one direction of a connection. */
export const BUFFER = 64 * KIB;
/** Beside the buffers: what the allocator keeps, what a connection is made of. Seen: 1 to 2 MiB. */
export const ALLOCATOR = 4 * MIB;

/** { rss, peak } of a process in bytes. */
export function memory_of(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]) * KIB;
  return { rss: field('VmRSS'), peak: field('VmHWM') };
}

/** VmHWM only rises; 5 resets it to VmRSS, so that a peak at start does not hide a later one. */
export function reset_peak(pid) {
  fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

export function mib(bytes) {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/** From now on: how much a process grew at most. */
export function growth_of(pid) {
  reset_peak(pid);
  const before = memory_of(pid).rss;
  return () => memory_of(pid).peak - before;
}
