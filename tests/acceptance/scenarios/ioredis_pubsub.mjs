// ioredis 6: publish and subscribe, in both directions.

import assert from 'node:assert/strict';
import { direct_client, for_both_protocols, ioredis_client, outcome } from '../harness/clients.mjs';
import { pattern_bytes } from '../harness/random.mjs';
import { test } from '../harness/test.mjs';
import { sleep, until } from '../harness/wait.mjs';

const MESSAGES = 1000;

/** Everything a subscriber hears, in order, as text. */
function listen(client) {
  const heard = [];
  client.on('message', (channel, text) => heard.push(`${channel}|${text}`));
  client.on('pmessage', (pattern, channel, text) => heard.push(`${pattern}|${channel}|${text}`));
  client.on('smessage', (channel, text) => heard.push(`sharded ${channel}|${text}`));
  return heard;
}

/** Subscriber and publisher, one of them on the link and the other past the guard. */
async function subscribe_and_publish(subscriber, publisher) {
  const heard = listen(subscriber);
  const totals = [
    await subscriber.subscribe('news', 'weather', 'news'),
    await subscriber.psubscribe('news:*', 'n*s'),
    await subscriber.ssubscribe('shard'),
  ];
  const counts = [];
  for (let i = 0; i < MESSAGES; i++) {
    counts.push(
      publisher.publish(['news', 'weather', 'news:local', 'nobody'][i % 4], `message ${i}`),
    );
  }
  counts.push(publisher.spublish('shard', 'to the shard'));
  const receivers = await Promise.all(counts);
  const expected = receivers.reduce((sum, count) => sum + count, 0);
  await until(`${expected} messages`, () => heard.length >= expected);

  totals.push(await subscriber.unsubscribe('weather', 'never subscribed'));
  // ioredis waits for a total of 0 when it unsubscribes from everything, so patterns go first.
  totals.push(await subscriber.punsubscribe('news:*', 'n*s'));
  const after = [
    await publisher.publish('weather', 'lost'),
    await publisher.publish('news', 'last'),
  ];
  await until('the last message', () => heard.includes('news|last'));
  totals.push(await subscriber.unsubscribe());
  totals.push(await subscriber.sunsubscribe());
  after.push(await publisher.publish('news', 'lost'));
  await sleep(30);
  const plain = await Promise.all([
    subscriber.ping(),
    subscriber.echo('normal'),
    subscriber.dbsize(),
  ]);
  assert.equal(plain[1], 'normal');
  return { totals, receivers, heard, after, plain };
}

async function through_subscriber(link, protocol) {
  const subscriber = await ioredis_client(link, { protocol });
  return subscribe_and_publish(subscriber, await direct_client(link));
}

async function through_publisher(link, protocol) {
  const publisher = await ioredis_client(link, { protocol });
  return subscribe_and_publish(await direct_client(link, { protocol }), publisher);
}

/** Binary messages up to 1 MiB, which no conversion to text would survive. */
async function binary_messages(link, protocol) {
  const subscriber = await ioredis_client(link, { protocol });
  const publisher = await ioredis_client(link, { protocol });
  const heard = [];
  subscriber.on('messageBuffer', (channel, bytes) => heard.push([channel.toString(), bytes]));
  await subscriber.subscribe('binary');
  const sizes = [0, 1, 2, 1023, 16_384, 65_536, 1 << 20];
  for (const size of sizes) await publisher.publish('binary', pattern_bytes(size));
  await until('all messages', () => heard.length === sizes.length);
  const intact = heard.map(([, bytes], i) => bytes.equals(pattern_bytes(sizes[i])));
  assert.ok(intact.every(Boolean));
  return intact;
}

/** RESP3: commands on a subscribed connection, their replies between pushes. */
async function commands_between_messages(link) {
  const client = await ioredis_client(link, { protocol: 3 });
  const publisher = await direct_client(link);
  const heard = listen(client);
  await client.subscribe('noise');
  let publishing = true;
  const noise = (async () => {
    let sent = 0;
    while (publishing) await publisher.publish('noise', `n${sent++}`);
    return sent;
  })();
  const replies = [];
  for (let i = 0; i < 1500; i++) replies.push(client.echo(`echo ${i}`), client.incr('counter'));
  const own = client.publish('noise', 'from myself');
  const values = await Promise.all(replies);
  publishing = false;
  const sent = await noise;
  await until('all the noise', () => heard.length === sent + 1);
  for (let i = 0; i < 1500; i++)
    assert.deepEqual(values.slice(2 * i, 2 * i + 2), [`echo ${i}`, i + 1]);
  const from_others = heard.filter((line) => line !== 'noise|from myself');
  assert.deepEqual(
    from_others,
    [...Array(sent).keys()].map((i) => `noise|n${i}`),
  );
  return { own: await own, heard_itself: heard.length - from_others.length };
}

/** RESP2: what a subscribed connection may not do, in the server's words. */
async function refused_while_subscribed(link) {
  const client = await ioredis_client(link, { protocol: 2 });
  await client.subscribe('c');
  const seen = [await outcome(client.get('k')), await outcome(client.ping())];
  client.condition.subscriber = false; // Past ioredis' own check, to hear it from the server.
  const refused = outcome(client.call('get', 'k'));
  await sleep(20);
  return [...seen, await refused];
}

export default [
  ...for_both_protocols((protocol, suffix) => [
    test(`ioredis.pubsub.subscriber.${suffix}`, (link) => through_subscriber(link, protocol)),
    test(`ioredis.pubsub.publisher.${suffix}`, (link) => through_publisher(link, protocol)),
    test(`ioredis.pubsub.binary.${suffix}`, (link) => binary_messages(link, protocol)),
  ]).flat(),
  test('ioredis.pubsub.commands_between.resp3', commands_between_messages),
  test('ioredis.pubsub.refused.resp2', refused_while_subscribed),
];
