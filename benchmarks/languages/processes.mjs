// Starts what a measurement needs, and looks at what it costs. Everything ends with stopAll(), by its own process.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const here = fileURLToPath(new URL('.', import.meta.url));
export const root = fileURLToPath(new URL('../../', import.meta.url));
const running = new Set();

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function stop(child) {
  if (!running.has(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}
export const stopAll = () => Promise.all([...running].map(stop));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopAll().finally(() => process.exit(130)));

// A program of ours: its first line says where it listens.
export async function startProgram(file, args, environment = {}) {
  const child = start(process.execPath, [join(here, file), ...args], { env: { ...process.env, ...environment } });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => line), once(child, 'exit').then(() => null)]);
  if (first === null) throw new Error(`${file} ended before it listened`);
  return { child, ...JSON.parse(first) };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function listens(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

// An S3 server that checks signatures, over plain files: versitygw, as the tests of the S3 store use it.
export async function startS3(folder) {
  const found = execFileSync(join(root, 'tests/storage/support/get-versitygw.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const binary = found.trim().split('\n').at(-1), data = join(folder, 's3'), port = await freePort();
  mkdirSync(data, { recursive: true });
  const s3 = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKeyId: 'benchmark', secretAccessKey: 'benchmark-secret' };
  const child = start(binary, ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', data], {
    stdio: 'ignore', env: { ROOT_ACCESS_KEY: s3.accessKeyId, ROOT_SECRET_KEY: s3.secretAccessKey, HOME: folder, PATH: '/usr/bin:/bin' },
  });
  for (let i = 0; i < 600 && child.exitCode === null; ++i) {
    if (await listens(port)) return { child, s3, makeBucket: (name) => mkdirSync(join(data, name)) };
    await sleep(50);
  }
  throw new Error('versitygw does not start');
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// Seconds of CPU time that a process has had, and the most memory that it had at one moment.
export function usage(child) {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const kib = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]);
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, peakMib: kib('VmHWM') / 1024, residentMib: kib('VmRSS') / 1024 };
}

// Seconds of CPU time that all programs of the machine have had.
export function busySeconds() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

// The machine and the state of the sources, in two lines.
export function describeMachine() {
  const cpus = readFileSync('/proc/cpuinfo', 'utf8').match(/^model name\s*:\s*(.*)$/gm) ?? [];
  const name = cpus[0]?.replace(/^.*:\s*/, '') ?? 'unknown processor';
  const commit = execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return `${name}, ${cpus.length} cores; node ${process.version}; commit ${commit}`;
}
