// A relay in Node, honest or with one fault: node relay.mjs FAULT LISTEN_PORT UPSTREAM_PORT
//
// Stands in the guard's place to prove that the tests can fail. 'none' holds clients while upstream
// is away and honours half-close, as the guard must; each fault is a mistake a guard could make.

import net from 'node:net';

const [fault, listen_port, upstream_port] = process.argv.slice(2);
const sessions = [];

/** FLUSHALL, and CONFIG SET of one pair. */
const DENIED = new RegExp(
  '\\*1\r\n\\$8\r\nFLUSHALL\r\n|' +
    '\\*4\r\n\\$6\r\nCONFIG\r\n\\$3\r\nSET\r\n\\$\\d+\r\n\\S+\r\n\\$\\d+\r\n\\S+\r\n',
  'gi',
);

class Session {
  constructor(client) {
    this.client = client;
    this.upstream = undefined;
    this.from_client = []; // Held until upstream is there.
    this.client_ended = false;
    this.chunks = 0;
    this.bytes = 0;
    client.on('error', () => {});
    client.on('data', (chunk) => this.on_request(chunk));
    client.on('end', () => this.on_client_end());
    client.on('close', () => this.on_client_close());
    this.dial();
  }

  dial() {
    const upstream = net.connect({
      port: upstream_port,
      host: '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
    });
    upstream.once('error', () => {
      if (this.upstream || this.client.destroyed) return;
      if (fault === 'refuse_while_away') this.client.destroy();
      else setTimeout(() => this.dial(), 50);
    });
    upstream.once('connect', () => this.on_connected(upstream));
  }

  on_connected(upstream) {
    this.upstream = upstream;
    for (const chunk of this.from_client.splice(0)) upstream.write(chunk);
    if (this.client_ended) upstream.end();
    upstream.on('error', () => {});
    upstream.on('data', (chunk) => this.on_reply(chunk));
    upstream.on('drain', () => this.client.resume());
    this.client.on('drain', () => upstream.resume());
    upstream.on('end', () => this.on_upstream_end());
    upstream.on('close', () => this.on_upstream_end());
    if (this.client.destroyed) upstream.destroy();
  }

  on_request(chunk) {
    this.last_request = chunk;
    const bytes = fault === 'answer_early' ? this.without_denied(chunk) : chunk;
    if (!this.upstream) this.from_client.push(bytes);
    else if (!this.upstream.write(bytes) && fault !== 'no_backpressure') this.client.pause();
  }

  /** Denies FLUSHALL and CONFIG SET, but answers before what is in flight. */
  without_denied(chunk) {
    const text = chunk.toString('latin1').replace(DENIED, () => {
      this.client.write("-ERR respguard: command 'flushall' denied by policy (rule=x)\r\n");
      return '';
    });
    return Buffer.from(text, 'latin1');
  }

  on_reply(chunk) {
    this.chunks++;
    this.bytes += chunk.length;
    let to = this.client;
    if (fault === 'drop_reply' && this.chunks === 5) return;
    if (fault === 'drop_pushes' && chunk[0] === 0x3e) return;
    if (fault === 'repeat_reply' && this.chunks % 5 === 0) to.write(chunk);
    if (fault === 'flip_bit' && this.bytes > 1_000_000) chunk[chunk.length >> 1] ^= 1;
    if (fault === 'cross_talk' && this.chunks % 50 === 49) {
      to = sessions.find((other) => other !== this && !other.client.destroyed)?.client ?? to;
    }
    if (!to.write(chunk) && fault !== 'no_backpressure') this.upstream.pause();
  }

  on_client_end() {
    this.client_ended = true;
    if (fault === 'close_at_half_close') {
      this.client.destroy();
      this.upstream?.destroy();
    } else {
      this.upstream?.end();
    }
  }

  on_client_close() {
    sessions.splice(sessions.indexOf(this), 1);
    if (fault !== 'keep_upstream') this.upstream?.destroy();
  }

  on_upstream_end() {
    if (this.upstream_ended) return;
    this.upstream_ended = true;
    if (fault === 'send_again' && !this.client.destroyed && !this.client_ended) {
      this.from_client.push(this.last_request);
      this.upstream = undefined;
      this.upstream_ended = false;
      this.dial();
      return;
    }
    this.client.end();
    setTimeout(() => this.client.destroy(), 50);
  }
}

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  sessions.push(new Session(client));
});
server.listen(Number(listen_port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
