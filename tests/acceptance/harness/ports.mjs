// Free ports that stay free while a server is down.
//
// Not from the kernel's ephemeral range (so not "port 0"): while a test has killed its redis-server,
// clients keep dialling that port, and within the ephemeral range such a dial may become some other
// connection's source port, or even connect to itself.

import net from 'node:net';

const [LOWEST, HIGHEST] = (process.env.ACCEPTANCE_PORTS ?? '20000-31999').split('-').map(Number);
const handed_out = new Set();

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
    if (handed_out.has(port) || !(await is_free(port))) continue;
    handed_out.add(port);
    return port;
  }
  throw new Error(`no free port in ${LOWEST}-${HIGHEST}`);
}
