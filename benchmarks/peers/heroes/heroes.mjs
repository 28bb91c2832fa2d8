// The same files by sharp, several rounds in one process; prints the times as JSON.
//   node heroes.mjs OUT_DIR sequential|parallel ROUNDS MASTER.png...
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';

const [outDir, mode, rounds, ...paths] = process.argv.slice(2);
const sizes = [[1920, 800], [1200, 600], [800, 1000]];
const work = paths.flatMap((path) => {
  const file = readFileSync(path);
  return sizes.map(([width, height]) => ({ file, width, height, name: `${basename(path, '.png')}_${width}x${height}.webp` }));
});

const make = ({ file, width, height }) =>
  sharp(file).resize(width, height, { fit: 'cover' }).webp({ quality: 90, effort: 4 }).toBuffer();

async function runRound() {
  const cpu = process.cpuUsage();
  const before = performance.now();
  const files = [];
  if (mode === 'parallel') files.push(...(await Promise.all(work.map(make))));
  else for (const item of work) files.push(await make(item));
  const wall = performance.now() - before;
  const used = process.cpuUsage(cpu);
  return { files, timing: { wall_ms: wall, cpu_ms: (used.user + used.system) / 1000 } };
}

await runRound(); // the first round also meets cold caches and fresh memory
const timings = [];
let last;
for (let i = 0; i < Number(rounds); ++i) {
  last = await runRound();
  timings.push(last.timing);
}
work.forEach((item, i) => writeFileSync(join(outDir, item.name), last.files[i]));
console.log(JSON.stringify({ timings, versions: sharp.versions }));
