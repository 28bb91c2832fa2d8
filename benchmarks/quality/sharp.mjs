// sharp's AVIF of every picture, with its own settings: node sharp.mjs DIR
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const [folder] = process.argv.slice(2);
for (const name of readdirSync(folder).filter((name) => name.endsWith('.png'))) {
  await sharp(join(folder, name)).avif().toFile(join(folder, name.replace(/png$/, 'avif')));
}
