// Starts and ends redis-server and the guard; knows the pid of everything it started.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { free_port } from './ports.mjs';
import { sleep, within } from './wait.mjs';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const GUARD_COMMAND = (
  process.env.GUARD_CMD ??
  'build/release/respguard run --listen 127.0.0.1:{listen} --admin 127.0.0.1:{admin} ' +
    '--upstream redis://127.0.0.1:{upstream}'
).trim();

/** How the guard ends after SIGTERM. Stand-ins may differ (HAProxy: GUARD_END=SIGTERM). */
const GUARD_END = process.env.GUARD_END ?? 'code 0';

/** The guard's program as a path, or its bare name when PATH is to be searched. */
export function guard_program() {
  const [program] = GUARD_COMMAND.split(/\s+/);
  return program.includes('/') ? path.resolve(REPOSITORY, program) : program;
}

/** Clock ticks since boot at which a process began: with the pid, a name that is never reused. */
export function started_at(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

class Server {
  constructor(name, folder) {
    this.name = name;
    this.folder = folder;
    this.log = path.join(folder, `${name}.log`);
  }

  /** Spawns; a line in folder/pids lets the parent end it should we die first. */
  launch(program, args, cwd) {
    const log = fs.openSync(this.log, 'a');
    this.end = undefined;
    this.process = spawn(program, args, { cwd, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve((this.end = `not started: ${error.message}`)));
      this.process.once('exit', (code, signal) => resolve((this.end = signal ?? `code ${code}`)));
    });
    this.pid = this.process.pid;
    if (this.pid) {
      fs.appendFileSync(path.join(this.folder, 'pids'), `${this.pid} ${started_at(this.pid)}\n`);
    }
  }

  /** Until PING is answered. False when the process ended meanwhile (the port was taken). */
  async answers(limit_ms) {
    for (const end = Date.now() + limit_ms; Date.now() < end;) {
      if (this.end) return false;
      if (await pong(this.port)) return !this.end;
      await sleep(15);
    }
    throw new Error(`${this.name} (pid ${this.pid}) does not answer PING; its log: ${this.log}`);
  }

  signal(name) {
    if (!this.end) this.process.kill(name);
  }

  async kill() {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Orderly end. Resolves to what it ended with ('code 0'). */
  async stop() {
    this.signal('SIGCONT');
    for (const [name, patience_ms] of [
      ['SIGTERM', 15_000],
      ['SIGTERM', 5000],
      ['SIGKILL', 5000],
    ]) {
      if (this.end) break;
      this.signal(name);
      await Promise.race([this.ended, sleep(patience_ms)]);
    }
    return this.end;
  }
}

function pong(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', (bytes) => finish(bytes.toString() === '+PONG\r\n'));
    socket.write('*1\r\n$4\r\nPING\r\n');
  });
}

async function on_a_free_port(server, launch) {
  for (let tries = 0; tries < 5; tries++) {
    server.port = await free_port();
    await launch();
    if (await server.answers(30_000)) return server;
  }
  throw new Error(`${server.name} ends at its start (${server.end}); its log: ${server.log}`);
}

export class Redis extends Server {
  /** enable-debug-command: DEBUG DIGEST tells whether two data sets are equal. */
  static start(folder, options = []) {
    const redis = new Redis('redis', folder);
    redis.options = options;
    return on_a_free_port(redis, () => redis.relaunch());
  }

  relaunch() {
    this.launch('redis-server', [
      ...['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder],
      ...['--save', '', '--appendonly', 'no', '--enable-debug-command', 'local'],
      ...this.options,
    ]);
  }

  /** After kill(): same port, same folder. */
  async restart() {
    this.relaunch();
    if (!(await this.answers(30_000))) throw new Error(`redis did not come back: ${this.log}`);
  }
}

export class Guard extends Server {
  static start(folder, upstream_port, options = []) {
    const guard = new Guard('guard', folder);
    return on_a_free_port(guard, async () => {
      guard.admin_port = await free_port();
      const ports = { listen: guard.port, admin: guard.admin_port, upstream: upstream_port };
      const [, ...args] = GUARD_COMMAND.replace(
        /\{(\w+)\}/g,
        (all, name) => ports[name] ?? all,
      ).split(/\s+/);
      const more = options.map((option) => option.replace('{folder}', folder));
      guard.launch(guard_program(), [...args, ...more], REPOSITORY);
    });
  }

  /** What makes a run a failure whatever the clients saw: a crash, a sanitizer's report. */
  async complaints() {
    const found = [];
    if (this.end) found.push(`the guard ended by itself: ${this.end}`);
    const end = await within('end of the guard', 30_000, this.stop());
    if (!found.length && end !== GUARD_END) found.push(`the guard ended with ${end} after SIGTERM`);
    const report = fs
      .readFileSync(this.log, 'utf8')
      .match(/^.*(ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:).*$/m);
    if (report) found.push(report[0]);
    return found;
  }
}

/** Ends what folder/pids names and still runs as the same process. */
export async function end_leftovers(folder) {
  let lines = '';
  try {
    lines = fs.readFileSync(path.join(folder, 'pids'), 'utf8');
  } catch {
    return; // Nothing had been started.
  }
  for (const line of lines.trim().split('\n')) {
    const [pid, started] = line.split(' ');
    if (started_at(pid) !== started) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It was quicker.
    }
  }
}
