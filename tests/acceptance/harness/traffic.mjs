// Requests whose replies say to which request they belong.
//
// Each exchange is { bytes, expects }: bytes to send, and one function per reply that returns
// undefined when the reply is this request's own, else what is wrong with it.

import { ErrorReply, request } from './wire.mjs';

export const NAMED_KEYS = 500;
const LARGE_MAX = 200 * 1024;

function shown(reply) {
  if (reply instanceof ErrorReply) return `error '${reply.message.slice(0, 120)}'`;
  if (Buffer.isBuffer(reply))
    return `bulk of ${reply.length}: '${reply.toString('latin1', 0, 80)}'`;
  return JSON.stringify(reply)?.slice(0, 160);
}

/** A reply that must be exactly this: string (status), number, Buffer, or a list of them. */
function exactly(expected) {
  return (reply) =>
    same(reply, expected) ? undefined : `got ${shown(reply)}, not ${shown(expected)}`;
}

function same(reply, expected) {
  if (Buffer.isBuffer(expected)) return Buffer.isBuffer(reply) && reply.equals(expected);
  if (!Array.isArray(expected)) return reply === expected;
  return (
    Array.isArray(reply) &&
    reply.length === expected.length &&
    expected.every((item, i) => same(reply[i], item))
  );
}

function error_with(text) {
  return (reply) =>
    reply instanceof ErrorReply && reply.message.includes(text)
      ? undefined
      : `got ${shown(reply)}, not an error with '${text}'`;
}

/** The id, over and over: any cut or mix-up of large values shows. */
function payload(id, size) {
  return Buffer.alloc(size, `${id} `);
}

/** Several requests written as one. */
function sequence(...exchanges) {
  return {
    bytes: Buffer.concat(exchanges.map((exchange) => exchange.bytes)),
    expects: exchanges.flatMap((exchange) => exchange.expects),
  };
}

function one(expected, ...words) {
  return { bytes: request(...words), expects: [exactly(expected)] };
}

/** Commands whose reply is small, made from the request's id. */
export const SMALL = {
  echo: (id) => one(Buffer.from(id), 'ECHO', id),
  get: (id, random) => {
    const key = `name:${random.between(0, NAMED_KEYS - 1)}`;
    return one(Buffer.from(key), 'GET', key);
  },
  eval: (id) => one(Buffer.from(id), 'EVAL', 'return ARGV[1]', '0', id),
  /** 1, unless this request was executed before: nothing may be sent twice. */
  once: (id) => one(1, 'HINCRBY', 'once', id, '1'),
  unknown: (id) => ({ bytes: request('NOSUCHCOMMAND', id), expects: [error_with(`'${id}'`)] }),
  multi: (id) => ({
    bytes: Buffer.concat([
      request('MULTI'),
      request('ECHO', id),
      request('HINCRBY', 'once', `multi ${id}`, '1'),
      request('EXEC'),
    ]),
    expects: ['OK', 'QUEUED', 'QUEUED', [Buffer.from(id), 1]].map(exactly),
  }),
  aborted_multi: (id) => ({
    bytes: Buffer.concat([
      request('MULTI'),
      request('HINCRBY', 'once', `aborted ${id}`, '1'),
      request('NOSUCHCOMMAND', id),
      request('EXEC'),
      request('ECHO', id),
    ]),
    expects: [
      ...['OK', 'QUEUED'].map(exactly),
      error_with(`'${id}'`),
      error_with('EXECABORT'),
      exactly(Buffer.from(id)),
    ],
  }),
  /** Denied by the guard's default policy, harmless where there is none. */
  denied: (id) =>
    sequence(
      {
        bytes: request('CONFIG', 'SET', 'tcp-keepalive', '0'),
        expects: [(r) => (r === 'OK' ? undefined : error_with('CONFIG SET denied by policy')(r))],
      },
      one(Buffer.from(id), 'ECHO', id),
    ),
};

export const LARGE = {
  echo_large: (id, random) => {
    const bytes = payload(id, random.between(1, LARGE_MAX));
    return one(bytes, 'ECHO', bytes);
  },
  set_and_get: (id, random) => {
    const bytes = payload(id, random.between(1, LARGE_MAX));
    return sequence(
      one('OK', 'SET', `v:${id}`, bytes),
      one(bytes, 'GET', `v:${id}`),
      one(1, 'DEL', `v:${id}`),
    );
  },
};

/** BLPOP of a key of its own; the caller pushes the id there, or lets it time out. */
export function blocking(id, random) {
  const key = `blocked:${id}`;
  const pair = exactly([Buffer.from(key), Buffer.from(id)]);
  return {
    bytes: request('BLPOP', key, random.pick(['0.05', '0.2', '0.5'])),
    expects: [(reply) => (reply === null ? undefined : pair(reply))],
    key,
  };
}
