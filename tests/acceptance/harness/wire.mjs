// A small RESP client of our own: no retries, no reconnects, nothing hidden.

import net from 'node:net';

/** An error reply; message is its text without the leading '-'. */
export class ErrorReply {
  constructor(message) {
    this.message = message;
  }
}

/** A RESP3 out-of-band frame. */
export class Push {
  constructor(items) {
    this.items = items;
  }
}

/** One request, canonical. Arguments: Buffer, or anything String() makes text of. */
export function request(...args) {
  const parts = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

const INCOMPLETE = Symbol('incomplete');

/** Bytes in, replies out. Throws on bytes that are no reply. */
export class ReplyReader {
  constructor() {
    this.bytes = Buffer.alloc(0);
    this.waiting = []; // Chunks not yet joined: a big bulk is joined once, not once per chunk.
    this.waiting_size = 0;
    this.wanted = 0;
  }

  /** Replies (and pushes) that are complete now, in order. */
  push(chunk) {
    this.waiting.push(chunk);
    this.waiting_size += chunk.length;
    if (this.bytes.length + this.waiting_size < this.wanted) return [];
    this.bytes = Buffer.concat([this.bytes, ...this.waiting]);
    this.waiting = [];
    this.waiting_size = 0;
    this.wanted = 0;

    const replies = [];
    let offset = 0;
    for (;;) {
      this.at = offset;
      const value = this.value();
      if (value === INCOMPLETE) break;
      replies.push(value);
      offset = this.at;
    }
    this.bytes = this.bytes.subarray(offset);
    this.wanted = Math.max(0, this.wanted - offset);
    return replies;
  }

  /** Bytes of a reply that has begun but not ended. */
  get unfinished_bytes() {
    return this.bytes.length + this.waiting_size;
  }

  line() {
    const end = this.bytes.indexOf('\r\n', this.at);
    if (end < 0) return INCOMPLETE;
    const text = this.bytes.toString('latin1', this.at, end);
    this.at = end + 2;
    return text;
  }

  value() {
    const line = this.line();
    if (line === INCOMPLETE) return INCOMPLETE;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return rest;
      case '-':
        return new ErrorReply(rest);
      case ':':
        return this.integer(rest);
      case ',':
      case '(':
        return { [line[0] === ',' ? 'double' : 'big']: rest };
      case '#':
        return rest === 't';
      case '_':
        return null;
      case '$':
      case '=':
      case '!':
        return this.bulk(this.integer(rest));
      case '*':
      case '~':
        return this.items(this.integer(rest));
      case '%':
        return this.items(2 * this.integer(rest));
      case '>': {
        const items = this.items(this.integer(rest));
        return items === INCOMPLETE ? INCOMPLETE : new Push(items);
      }
      default:
        throw new Error(`no reply begins with ${JSON.stringify(line.slice(0, 80))}`);
    }
  }

  integer(text) {
    if (!/^-?\d+$/.test(text)) throw new Error(`no number: ${JSON.stringify(text.slice(0, 80))}`);
    return Number(text);
  }

  bulk(size) {
    if (size < 0) return null;
    const end = this.at + size;
    if (this.bytes.length < end + 2) {
      this.wanted = end + 2;
      return INCOMPLETE;
    }
    if (this.bytes[end] !== 13 || this.bytes[end + 1] !== 10) {
      throw new Error(`a bulk of ${size} bytes does not end with CRLF`);
    }
    const bytes = Buffer.from(this.bytes.subarray(this.at, end));
    this.at = end + 2;
    return bytes;
  }

  items(count) {
    if (count < 0) return null;
    const items = [];
    while (items.length < count) {
      const item = this.value();
      if (item === INCOMPLETE) return INCOMPLETE;
      items.push(item);
    }
    return items;
  }
}

/** One connection; calls resolve in order, and are rejected when the connection ends. */
export class WireClient {
  static connect(port) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new WireClient(socket));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.waiting = [];
    this.pushes = [];
    this.surplus = [];
    const reader = new ReplyReader();
    socket.on('data', (chunk) => {
      for (const reply of reader.push(chunk)) this.deliver(reply);
    });
    socket.on('error', () => {}); // 'close' follows.
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.waiting.splice(0)) reject(new Error('connection ended'));
        resolve();
      });
    });
  }

  deliver(reply) {
    if (reply instanceof Push) this.pushes.push(reply.items);
    else if (this.waiting.length) this.waiting.shift().resolve(reply);
    else this.surplus.push(reply);
  }

  /** The reply; error replies too are values (ErrorReply). */
  call(...args) {
    return this.exchange(request(...args));
  }

  /** For bytes that are exactly one request. */
  exchange(bytes) {
    const reply = new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    reply.catch(() => {}); // Whoever awaits it still sees the rejection.
    this.socket.write(bytes);
    return reply;
  }

  async close() {
    this.socket.destroy();
    await this.closed;
  }
}

/** Buffers as text, ErrorReply as '-text': for comparing and printing. */
export function plain(reply) {
  if (Buffer.isBuffer(reply)) return reply.toString('latin1');
  if (reply instanceof ErrorReply) return `-${reply.message}`;
  return Array.isArray(reply) ? reply.map(plain) : reply;
}
