// Free ports that stay free while a server is down.
//
// Not from the kernel's ephemeral range (so not "port 0"): while a test's redis-server is killed,
// clients keep dialling its port, and within the ephemeral range that port may become some other
// connection's source port, or a dial may even connect to itself.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const [LOWEST, HIGHEST] = (process.env.ACCEPTANCE_PORTS ?? '20000-31999').split('-').map(Number);

/** One file per port in use, so that tests that run at the same time never choose the same one. */
const RESERVATIONS = path.join(os.tmpdir(), 'respguard-acceptance-ports');
const reserved = [];
process.on('exit', () => reserved.forEach((file) => fs.rmSync(file, { force: true })));

function is_alive(pid) {
  return fs.existsSync(`/proc/${pid}`);
}

/** False when another living process has it. What a dead one left behind is taken away. */
function reserve(port) {
  fs.mkdirSync(RESERVATIONS, { recursive: true });
  const file = path.join(RESERVATIONS, `${port}`);
  try {
    fs.writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    reserved.push(file);
    return true;
  } catch {
    const owner = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    if (owner && !is_alive(owner)) fs.rmSync(file, { force: true });
    return false; // Also when it has just become free: there are enough others.
  }
}

function is_free(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

export async function free_port() {
  for (let tries = 0; tries < 1000; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (reserve(port) && (await is_free(port))) return port;
  }
  throw new Error(`no free port in ${LOWEST}-${HIGHEST}`);
}
