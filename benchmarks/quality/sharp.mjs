// sharp's AVIF of every picture, with its own settings, and its PNG of 256 and of 16 colours: node sharp.mjs DIR
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const [folder] = process.argv.slice(2);
for (const name of readdirSync(folder).filter((name) => name.endsWith('.png'))) {
  const to = (extension) => join(folder, name.replace(/png$/, extension));
  await sharp(join(folder, name)).avif().toFile(to('avif'));
  for (const colours of [256, 16]) await sharp(join(folder, name)).png({ palette: true, colours }).toFile(to(`${colours}.quant`));
}
