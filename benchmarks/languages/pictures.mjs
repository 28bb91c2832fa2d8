// Pictures as a model gives them: 1536x1024, soft backgrounds, edges and grain. Drawn once from a seed and kept as PNG files.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

export const pictureSize = { width: 1536, height: 1024 };

// Mulberry32: small, and the same everywhere.
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Adds random values on a grid of `cell` px, smoothly in between.
function addNoise(plane, cell, amplitude, random) {
  const { width, height } = pictureSize;
  const columns = Math.ceil(width / cell) + 2;
  const grid = Float32Array.from({ length: columns * (Math.ceil(height / cell) + 2) }, () => (random() - 0.5) * 2 * amplitude);
  const smooth = (t) => t * t * (3 - 2 * t);
  for (let y = 0; y < height; ++y) {
    const row = Math.floor(y / cell) * columns, v = smooth((y % cell) / cell);
    for (let x = 0; x < width; ++x) {
      const at = row + Math.floor(x / cell), u = smooth((x % cell) / cell);
      const above = grid[at] + (grid[at + 1] - grid[at]) * u;
      const below = grid[at + columns] + (grid[at + columns + 1] - grid[at + columns]) * u;
      plane[y * width + x] += above + (below - above) * v;
    }
  }
}

// A disc with an edge of `blur` px: things in and out of focus.
function addDisc(planes, random) {
  const { width, height } = pictureSize;
  const radius = 30 + random() * 200, blur = random() < 0.5 ? 2 : 40;
  const cx = random() * width, cy = random() * height, colour = planes.map(() => 20 + random() * 215);
  for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); ++y) {
    for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); ++x) {
      const cover = Math.min(1, Math.max(0, (radius - Math.hypot(x - cx, y - cy)) / blur));
      planes.forEach((plane, i) => { plane[y * width + x] += (colour[i] - plane[y * width + x]) * cover; });
    }
  }
}

function drawPixels(seed) {
  const random = randomOf(seed), { width, height } = pictureSize;
  const planes = [0, 1, 2].map(() => new Float32Array(width * height).fill(90 + random() * 70));
  for (const plane of planes) addNoise(plane, 400, 70, random);
  for (let i = 0; i < 14; ++i) addDisc(planes, random);
  const texture = new Float32Array(width * height);  // of all channels: leaves, cloth, paper
  for (const [cell, amplitude] of [[64, 14], [24, 9], [9, 6], [4, 4], [2, 3]]) addNoise(texture, cell, amplitude, random);
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; ++i) {
    const grain = (random() - 0.5) * 5;
    for (let c = 0; c < 3; ++c) {
      pixels[i * 3 + c] = Math.max(0, Math.min(255, Math.round(planes[c][i] + texture[i] + grain + (random() - 0.5) * 2)));
    }
  }
  return pixels;
}

// The first `count` pictures, as PNG files in memory, from `folder` where they are there already.
export async function readPictures(folder, count) {
  mkdirSync(folder, { recursive: true });
  const files = [];
  for (let seed = 1; seed <= count; ++seed) {
    const path = join(folder, `master-${seed}.png`);
    if (!existsSync(path)) {
      const raw = { ...pictureSize, channels: 3 };
      writeFileSync(path, await sharp(drawPixels(seed), { raw }).png({ adaptiveFiltering: true }).toBuffer());
    }
    files.push(readFileSync(path));
  }
  return files;
}
