// ioredis 6: values from nothing to 64 MiB, unchanged in both directions.

import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { direct_client, for_both_protocols, ioredis_client } from '../harness/clients.mjs';
import { test } from '../harness/test.mjs';

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [0, 1, 64 * KIB, 8 * MIB, 64 * MIB];

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** 64 MiB of random bytes take seconds; one odd-sized random block, repeated, does as well. */
function odd_bytes(size) {
  const block = randomFillSync(Buffer.alloc(Math.min(size, MIB - 13)));
  return size ? Buffer.alloc(size, block) : block;
}

/** Each size: written through and read past the guard, then the other way round. */
async function values(link, protocol) {
  const through = await ioredis_client(link, { protocol });
  const past = await direct_client(link);
  const seen = {};
  for (const size of SIZES) {
    link.step(`${size} bytes`);
    const value = odd_bytes(size);
    const hash = sha256(value);
    const written = await through.set('written', value);
    const read_past = sha256(await past.getBuffer('written'));
    await past.set('given', value);
    const read_through = sha256(await through.getBuffer('given'));
    const length = await through.strlen('written');
    assert.equal(read_past, hash, `request of ${size} bytes`);
    assert.equal(read_through, hash, `reply of ${size} bytes`);
    seen[size] = { written, length, echo: (await through.echo('next')) === 'next' };
  }
  return seen;
}

/** Large and small ones in one pipeline, both directions busy at once. */
async function mixed_pipeline(link, protocol) {
  const client = await ioredis_client(link, { protocol });
  const large = odd_bytes(4 * MIB);
  const pipeline = client.pipeline();
  for (let i = 0; i < 8; i++) {
    pipeline.set(`large ${i}`, large).echo(`small ${i}`).getBuffer(`large ${i}`);
    pipeline.mset('a', large.subarray(0, 70_000), 'b', '', 'c', large.subarray(5, 16_390));
    pipeline.mgetBuffer('a', 'b', 'c');
  }
  const replies = (await pipeline.exec()).map(([error, value]) => error ?? value);
  for (let i = 0; i < 8; i++) {
    const [set, echo, get, mset, mget] = replies.slice(5 * i, 5 * i + 5);
    assert.deepEqual([set, echo, mset], ['OK', `small ${i}`, 'OK']);
    assert.equal(sha256(get), sha256(large));
    assert.deepEqual(
      mget.map((bytes) => bytes.length),
      [70_000, 0, 16_385],
    );
    assert.ok(mget[2].equals(large.subarray(5, 16_390)));
  }
  return { replies: replies.length };
}

export default for_both_protocols((protocol, suffix) => [
  test(`ioredis.values.${suffix}`, (link) => values(link, protocol)),
  test(`ioredis.values_pipelined.${suffix}`, (link) => mixed_pipeline(link, protocol)),
]).flat();
