// Masks in and out of Buffers. Pixels are compared one by one; what they must be is said by tests/image and Python's tests.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { InvalidArgumentError } from 'imagegen'
import { open, picture } from './support.mjs'

const width = 64
const height = 48

/** A grey PNG that is white in its left third. */
async function maskOf(runtime, white = (x) => x < 21) {
  const data = Buffer.alloc(width * height)
  for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) data[y * width + x] = white(x, y) ? 255 : 0
  return Buffer.from((await runtime.images.encode({ data, width, height, channels: 1 }, { format: 'png' })).data)
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

test('a mask is read in any polarity and written in any', async (t) => {
  const runtime = await open(t)
  const white = await maskOf(runtime)
  const first = await runtime.masks.prepare(white)
  assert.deepEqual([first.polarity, first.editedShare, first.region], ['white_is_edit', 21 / 64, { x: 0, y: 0, width: 21, height }])
  for (const polarity of ['black_is_edit', 'transparent_is_edit', 'opaque_is_edit']) {
    const { data } = await runtime.masks.prepare(white, { writeAs: polarity })
    const back = await runtime.masks.prepare(data, { polarity })
    assert.ok(back.data.equals(first.data), polarity)
  }
})

test('a mask is grown, feathered and resized in one call', async (t) => {
  const runtime = await open(t)
  const made = await runtime.masks.prepare(await maskOf(runtime), { width: 128, height: 96, grow: 10, feather: 4 })
  assert.deepEqual([made.width, made.height, made.region], [128, 96, { x: 0, y: 0, width: 52, height: 96 }])
  const { data } = await runtime.images.decode(made.data)
  const row = Array.from({ length: 128 }, (_, x) => data[x * 3])
  assert.equal(row[40], 255)
  assert.ok(row[48] > 0 && row[48] < 255)
  assert.equal(row[52], 0)
})

test('what edits nothing is an error that says which polarity was read', async (t) => {
  const runtime = await open(t)
  const { data } = await runtime.masks.prepare(await maskOf(runtime), { writeAs: 'transparent_is_edit' })
  const isTold = (error) =>
    error instanceof InvalidArgumentError && /read as white_is_edit, it edits nothing.*transparent_is_edit 32\.8 %/.test(error.message)
  await assert.rejects(runtime.masks.prepare(data, { polarity: 'white_is_edit' }), isTold)
  const empty = await runtime.masks.prepare(data, { polarity: 'white_is_edit', allowEmpty: true })
  assert.deepEqual([empty.touchedShare, empty.region], [0, null])
  const { polarities } = await runtime.masks.inspect(data)
  assert.deepEqual(polarities.map(({ polarity }) => polarity), ['white_is_edit', 'black_is_edit', 'transparent_is_edit', 'opaque_is_edit'])
})

test('files are taken in the order of their names, lent or copied', async (t) => {
  const runtime = await open(t)
  const base = await picture(runtime, width, height)
  const edited = (await runtime.images.encode({ data: Buffer.alloc(width * height * 3, 9), width, height, channels: 3 }, { format: 'png' })).data
  const mask = await maskOf(runtime)
  const before = (await runtime.images.decode(base)).data
  const hashes = new Set()
  for (const lend of [true, false]) {
    const made = await runtime.masks.composite(base, edited, mask, { lend })
    const { data } = await runtime.images.decode(made.data)
    for (let i = 0; i < data.length; ++i) assert.equal(data[i], (i / 3) % width < 21 ? 9 : before[i])
    hashes.add(sha256(made.data))
  }
  assert.equal(hashes.size, 1)
  await assert.rejects(runtime.masks.composite(base, edited), InvalidArgumentError)
})

test('a mask goes into the alpha of a picture', async (t) => {
  const runtime = await open(t)
  const both = await runtime.masks.embed(await picture(runtime, width, height), await maskOf(runtime))
  const { data, channels } = await runtime.images.decode(both.data)
  assert.deepEqual([channels, data[3], data[63 * 4 + 3]], [4, 0, 255])
})

test('outpainting has a picture and a mask', async (t) => {
  const runtime = await open(t)
  const made = await runtime.masks.outpaint(await picture(runtime, width, height), { right: 16, top: 8, fill: 'copy' })
  assert.deepEqual([made.width, made.height, made.place], [80, 56, { x: 0, y: 8, width, height }])
  assert.equal((await runtime.images.inspect(made.picture)).width, 80)
  assert.equal((await runtime.masks.inspect(made.mask)).editedShare, (80 * 56 - width * height) / (80 * 56))
  await assert.rejects(runtime.masks.outpaint(made.picture), /left: expected one of margins/)
})
