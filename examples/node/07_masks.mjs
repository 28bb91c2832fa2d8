// Edits a part of a picture by mask, and goes on with it beyond its edges: 07_masks.mjs IN OUT_FOLDER
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Runtime } from 'imagegen'

const [source, folder] = process.argv.slice(2)
const runtime = await Runtime.open()
const picture = await readFile(source)
const save = (name, data) => writeFile(join(folder, name), data)

// The right half of the picture, as a user may draw it: white on black.
const { width, height } = await runtime.images.inspect(picture)
const white = Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0 : 255))
const drawn = (await runtime.images.encode({ data: white, width, height, channels: 1 }, { format: 'png' })).data

// Rejects with an InvalidArgumentError for a mask that edits nothing. Wider, so that the model may repaint the rim.
const asked = await runtime.masks.prepare(drawn, { grow: 8, writeAs: 'transparent_is_edit' })
await save('mask.png', asked.data)
console.log(`${Math.round(asked.editedShare * 100)} % of the picture`, asked.region)

// In place of a provider, which makes it of picture and mask, and repaints more than it was asked to.
const pixels = await runtime.images.decode(picture)
const edited = (await runtime.images.encode({ ...pixels, data: pixels.data.map((sample) => 255 - sample) }, { format: 'png' })).data
const made = await runtime.masks.composite(picture, edited, asked.data, { polarity: 'transparent_is_edit', feather: 4 })
await save('result.png', made.data)

const wide = await runtime.masks.outpaint(picture, { aspectRatio: '2:1', fill: 'mirror', overlap: 16, feather: 8 })
await save('canvas.png', wide.picture)
await save('canvas-mask.png', wide.mask)
console.log(`${wide.width}x${wide.height}, the old picture at`, wide.place)
await runtime.close()
