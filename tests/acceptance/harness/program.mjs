// Runs redis-cli and the like to their ends.

import { spawn } from 'node:child_process';

/** { code, output }: exit code (or signal), stdout and stderr together. input is given whole. */
export function run_program(name, args, { input, limit_ms = 60_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), limit_ms);
    const output = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => output.push(part));
    child.once('error', (error) => output.push(Buffer.from(error.message)));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, output: Buffer.concat(output).toString() });
    });
    child.stdin.on('error', () => {}); // It may end before it has read everything.
    child.stdin.end(input);
  });
}

/** redis-cli on that port; output without the last line end. */
export async function redis_cli(port, ...args) {
  const { code, output } = await run_program('redis-cli', ['-p', String(port), ...args]);
  return { code, output: output.replace(/\n$/, '') };
}
