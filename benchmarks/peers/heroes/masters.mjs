// Makes the masters: 1536x1024 PNG from photographs, or a drawn picture where there are none. Prints their paths.
//   node masters.mjs OUT_DIR [PHOTO.jpg...]
import { mkdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';

const [outDir, ...photos] = process.argv.slice(2);
const width = 1536;
const height = 1024;

// Shades, rings and noise; the same on every machine.
function drawn(seed) {
  const pixels = Buffer.alloc(width * height * 3);
  let state = seed;
  for (let y = 0, i = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = (state >>> 28) - 8;
      const ring = Math.round(60 * Math.sin(Math.hypot(x - 500 - seed * 90, y - 400) / 9));
      pixels[i++] = Math.max(0, Math.min(255, (x * 255) / width + ring + noise));
      pixels[i++] = Math.max(0, Math.min(255, (y * 255) / height + ring / 2 + noise));
      pixels[i++] = Math.max(0, Math.min(255, 128 - ring + noise));
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

mkdirSync(outDir, { recursive: true });
const sources = photos.length > 0
  ? photos.map((path) => [basename(path, extname(path)), sharp(path).resize(width, height, { fit: 'cover' })])
  : [1, 2, 3].map((seed) => [`drawn${seed}`, drawn(seed)]);
for (const [name, picture] of sources) {
  const path = join(outDir, `${name}.png`);
  await picture.removeAlpha().png().toFile(path);
  console.log(path);
}
