// Large pictures of 16 bits, drawn here, and whether two pictures are the same one.
//   node large.mjs draw SIDE CHANNELS OUT.png
//   node large.mjs psnr A.webp B.webp        prints dB
import sharp from 'sharp';

// Soft shades that 8 bits do not have, and tiles of grain; small enough as a file for the limits of both sides.
function pixels(side, channels) {
  const samples = new Uint16Array(side * side * channels);
  const grain = Uint16Array.from({ length: 4096 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) * 40);
  let at = 0;
  for (let y = 0; y < side; ++y) {
    for (let x = 0; x < side; ++x) {
      const shade = 3 * x + 2 * y;
      const speck = ((x >> 6) * 7 + (y >> 6) * 3) % 20 ? 0 : grain[(x & 63) * 64 + (y & 63)];
      samples[at++] = shade + speck;
      samples[at++] = 60000 - (shade >> 1) + speck;
      samples[at++] = 9000 + (shade >> 2) + speck;
      if (channels === 4) samples[at++] = Math.min(65535, 20000 + 6 * x);
    }
  }
  return samples;
}

async function draw(side, channels, path) {
  const raw = { width: side, height: side, channels };
  await sharp(pixels(side, channels), { raw, limitInputPixels: false })
    .toColourspace('rgb16')
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toFile(path);
}

async function psnr(a, b) {
  const [one, other] = await Promise.all([a, b].map((path) => sharp(path).flatten({ background: '#fff' }).raw().toBuffer()));
  if (one.length !== other.length) throw new Error(`${a} and ${b} differ in size`);
  let sum = 0;
  for (let i = 0; i < one.length; ++i) sum += (one[i] - other[i]) ** 2;
  console.log((10 * Math.log10((255 ** 2 * one.length) / sum)).toFixed(1));
}

const [word, ...rest] = process.argv.slice(2);
if (word === 'draw') await draw(Number(rest[0]), Number(rest[1]), rest[2]);
else if (word === 'psnr') await psnr(rest[0], rest[1]);
else throw new Error('usage: node large.mjs draw SIDE CHANNELS OUT.png | psnr A.webp B.webp');
