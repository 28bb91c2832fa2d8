// sharp's side: makes a work list as often as compare.py says. The same words in and out as serve.hpp.
//   node sharp.mjs WORK_LIST OUT_DIR sequential|parallel [no-cache]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

const [list, outDir, mode, cache] = process.argv.slice(2);
if (cache === 'no-cache') sharp.cache(false);

// Pixels in memory, from a binary PPM.
function readPixels(file) {
  const [header, width, height] = file.subarray(0, 40).toString('latin1').match(/^P6\s(\d+)\s(\d+)\s255\s/);
  return { input: file.subarray(header.length), options: { raw: { width: +width, height: +height, channels: 3 } } };
}

const inputs = new Map();
function inputOf(path) {
  if (!inputs.has(path)) {
    const file = readFileSync(path);
    inputs.set(path, path.endsWith('.ppm') ? readPixels(file) : { input: file });
  }
  return inputs.get(path);
}

const encoders = {
  webp: (picture, { quality, effort }) => picture.webp({ quality, effort }),
  jpeg: (picture, { quality }) => picture.jpeg({ quality }),
  ppm: (picture) => picture.raw(),
};
const make = (item) =>
  encoders[item.format](sharp(item.input, item.options).resize(item.width, item.height, { fit: 'cover' }), item).toBuffer();

function fileOf({ format, width, height }, bytes) {
  return format === 'ppm' ? Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), bytes]) : bytes;
}

const work = readFileSync(list, 'utf8').trimEnd().split('\n').map((line) => {
  const [path, size, format, quality, effort, name] = line.split('\t');
  const [width, height] = size.split('x').map(Number);
  return { ...inputOf(path), width, height, format, quality: +quality, effort: +effort, name };
});

let made = [];
async function round() {
  if (mode === 'parallel') {
    made = await Promise.all(work.map(make));
  } else {
    made = [];
    for (const item of work) made.push(await make(item));
  }
}

const words = {
  round,
  write: () => work.forEach((item, i) => writeFileSync(join(outDir, item.name), fileOf(item, made[i]))),
};

function statusKib(field) {
  const [, kib] = readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return Number(kib);
}

const versions = { node: process.version, ...sharp.versions };
console.log(JSON.stringify({ versions, threads: sharp.concurrency(), cache: sharp.cache() }));
for await (const word of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const before = performance.now();
  await words[word]();
  const wall = performance.now() - before;
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({
    wall_ms: wall, cpu_ms: (used.user + used.system) / 1000, rss_kib: statusKib('VmRSS'), peak_kib: statusKib('VmHWM'),
  }));
}
