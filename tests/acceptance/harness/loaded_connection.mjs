// One raw connection under random load, for scenarios/mixed_kill.mjs.

import net from 'node:net';
import { sleep } from './wait.mjs';
import { Push, ReplyReader, request } from './wire.mjs';
import { LARGE, SMALL, blocking } from './traffic.mjs';

/** Longer than anything here may take on a busy machine. */
const ANSWER_LIMIT_MS = 40_000;
const END_LIMIT_MS = 15_000;

export class LoadedConnection {
  constructor(world, name, protocol) {
    this.world = world;
    this.name = name;
    this.protocol = protocol;
    this.in_flight = [];
    this.upstream_id = undefined;
    /** Why this connection may end; undefined: it must not. */
    this.reason = undefined;
    /** Half-closed with small replies outstanding only: all of them are still owed. */
    this.all_owed = false;
    this.last_noise = undefined;
    this.state = 'opening';
  }

  is_loaded() {
    return this.state === 'loaded' && this.upstream_id !== undefined && !this.reason;
  }

  explain(reason) {
    this.reason ??= reason;
  }

  complain(text) {
    this.world.violation(`connection ${this.name} (RESP${this.protocol}): ${text}`);
  }

  /** From opening to end. */
  async run() {
    const reader = new ReplyReader();
    this.socket = net.connect({ port: this.world.port, host: '127.0.0.1', noDelay: true });
    this.world.counts.opened++;
    this.socket.on('data', (chunk) => this.read(reader, chunk));
    this.socket.on('error', (error) => (this.error = error.code));
    this.socket.on('end', () => (this.orderly = true));
    this.socket.once('connect', () => this.introduce());
    const watch = setInterval(() => this.watch(), 500);
    await new Promise((resolve) => this.socket.once('close', resolve));
    clearInterval(watch);
    this.after_end(reader);
  }

  introduce() {
    if (this.protocol === 3) {
      const is_map = (reply) =>
        Array.isArray(reply) && reply.length === 14 ? undefined : 'no HELLO map';
      this.send({ bytes: request('HELLO', '3'), expects: [is_map] });
      this.send({ bytes: request('SUBSCRIBE', 'noise'), expects: [] });
    }
    this.ask_id();
    this.state = 'loaded';
    this.refill();
  }

  /** Which upstream connection is ours. Asked again now and then: a guard may replace it. */
  ask_id() {
    const learn = (reply) => {
      if (typeof reply !== 'number') return `CLIENT ID gave ${JSON.stringify(reply)}`;
      this.upstream_id = reply;
      return undefined;
    };
    this.send({ bytes: request('CLIENT', 'ID'), expects: [learn] });
  }

  send({ bytes, expects }, what = 'introduction') {
    const sent_ms = Date.now();
    for (const check of expects) this.in_flight.push({ check, what, sent_ms });
    this.world.counts.requests += expects.length;
    this.socket.write(bytes);
  }

  read(reader, chunk) {
    let replies = [];
    try {
      replies = reader.push(chunk);
    } catch (error) {
      this.complain(`unreadable: ${error.message}`);
      this.explain('violation');
      this.socket.destroy();
    }
    for (const reply of replies) this.take(reply);
    if (this.state === 'loaded') this.refill();
  }

  take(reply) {
    if (reply instanceof Push) {
      this.take_push(reply.items.map(String));
      return;
    }
    const first = this.in_flight.shift();
    this.world.counts.replies++;
    const wrong = first ? first.check(reply) : `a reply nobody asked for: ${JSON.stringify(reply)}`;
    if (wrong === undefined) return;
    this.complain(`${first?.what}: ${wrong}`);
    this.explain('violation'); // Everything behind it would be wrong as well.
    this.socket.destroy();
  }

  /** Noise is numbered: none may be missing, doubled or out of order. */
  take_push([kind, , text]) {
    this.world.counts.pushes++;
    if (kind !== 'message') return;
    const number = Number(text);
    if (this.last_noise !== undefined && number !== this.last_noise + 1) {
      this.complain(`noise ${number} follows ${this.last_noise}`);
    }
    this.last_noise = number;
  }

  /** Pipelines of random depth, a new one whenever little is outstanding. */
  refill() {
    const { random } = this.world;
    if (this.in_flight.length > 5 || random.unit() < 0.2) return this.come_back();
    for (let depth = random.between(1, 30); depth > 0; depth--) this.send_any(random);
    if (random.unit() < 0.05) this.ask_id();
    return undefined;
  }

  /** So that a pause with nothing in flight does not last for ever. */
  come_back() {
    if (this.in_flight.length || this.timer) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        if (this.state === 'loaded') this.refill();
      },
      this.world.random.between(1, 30),
    );
  }

  send_any(random) {
    const id = this.world.new_id();
    const draw = random.unit();
    if (draw < 0.02) {
      const exchange = blocking(id, random);
      this.send(exchange, `BLPOP ${id}`);
      this.push_later(exchange.key, id);
    } else {
      const table = draw < 0.07 ? LARGE : SMALL;
      const kind = random.pick(Object.keys(table));
      this.send(table[kind](id, random), `${kind} ${id}`);
    }
  }

  async push_later(key, id) {
    await sleep(this.world.random.between(0, 120)); // Sometimes later than BLPOP waits.
    this.world.killer.call('RPUSH', key, id);
  }

  /** The client dies. */
  destroy() {
    this.leave('destroy');
    this.socket.resetAndDestroy();
  }

  /** The client ends in the middle of a request. */
  abort_half_open() {
    this.leave('abort_half_open');
    const { bytes } = SMALL.once(`never ${this.world.new_id()}`);
    this.socket.write(bytes.subarray(0, bytes.length - 4));
    this.socket.end();
  }

  /** As ioredis' disconnect(): once quiet, a last pipeline, then FIN behind it. All is owed. */
  async half_close() {
    this.leave('half_close');
    for (const end = Date.now() + ANSWER_LIMIT_MS; this.in_flight.length && Date.now() < end;) {
      await sleep(2);
    }
    if (this.socket.destroyed) return;
    for (let i = this.world.random.between(1, 20); i > 0; i--) {
      const kind = this.world.random.pick(Object.keys(SMALL));
      const id = this.world.new_id();
      this.send(SMALL[kind](id, this.world.random), `half-closed ${kind} ${id}`);
    }
    this.all_owed = true;
    this.socket.end();
  }

  leave(reason) {
    this.state = 'leaving';
    this.explain(reason);
  }

  /** At the end of the run: everything must still be answered. */
  async drain() {
    if (this.state !== 'loaded') return;
    if (!this.reason) await this.half_close();
    else this.socket.destroy(); // Its upstream was killed, and the guard let it live.
  }

  /** Nobody may wait for ever; least of all when upstream is gone: then the end must come soon. */
  watch() {
    const oldest = this.in_flight[0];
    const limit_ms = this.reason === 'kill_upstream' ? END_LIMIT_MS : ANSWER_LIMIT_MS;
    if (!oldest || Date.now() - oldest.sent_ms < limit_ms) return;
    this.complain(`${oldest.what} not answered within ${limit_ms} ms (${this.reason ?? 'open'})`);
    this.explain('violation');
    this.socket.destroy();
  }

  after_end(reader) {
    clearTimeout(this.timer);
    this.state = 'ended';
    const { ended } = this.world.counts;
    ended[this.reason] = (ended[this.reason] ?? 0) + 1;
    if (!this.reason) this.complain(`ended for no reason (${this.error ?? 'orderly'})`);
    if (!this.all_owed) return;
    const missing = this.in_flight.length;
    if (missing) {
      this.complain(`half-closed, ${missing} replies missing, first ${this.in_flight[0].what}`);
    }
    if (reader.unfinished_bytes) this.complain('half-closed, and its last reply is cut off');
    if (!this.orderly) this.complain(`half-closed, and ended by ${this.error}`);
  }
}
