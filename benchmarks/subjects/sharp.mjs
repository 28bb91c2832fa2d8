// What sharp keeps: reads lines of {file, width, height, strategy}, writes the crop of each in px of the upright picture.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const sharp = createRequire(new URL('../peers/package.json', import.meta.url))('sharp')

async function crop({ file, width, height, strategy }) {
  const picture = sharp(file).rotate()
  const { info } = await picture
    .resize(width, height, { fit: 'cover', position: sharp.strategy[strategy] })
    .toBuffer({ resolveWithObject: true })
  return { x: -(info.cropOffsetLeft ?? 0), y: -(info.cropOffsetTop ?? 0), width, height }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await crop(JSON.parse(line))))
}
