// Pictures in and out of Buffers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorruptDataError, ImagegenError } from 'imagegen'
import { native, open, picture } from './support.mjs'

test('one picture becomes many files', async (t) => {
  const runtime = await open(t)
  const { renditions } = await runtime.images.render(await picture(runtime), [
    { width: 120, height: 40, position: 'attention', format: 'webp', quality: 80 },
    { width: 50, height: 50, fit: 'inside', format: 'jpeg' },
    { width: 10, height: 10, format: 'png' },
  ])
  assert.deepEqual(renditions.map(({ format, width, height }) => [format, width, height]), [['webp', 120, 40], ['jpeg', 50, 31], ['png', 10, 10]])
  for (const { data, sizeBytes, format, width } of renditions) {
    assert.ok(Buffer.isBuffer(data))
    assert.equal(data.length, sizeBytes)
    const seen = await runtime.images.inspect(data)
    assert.deepEqual([seen.format, seen.width], [format, width])
  }
})

test('a picture is turned, cut, sharpened, extended and put under others', async (t) => {
  const runtime = await open(t)
  const [logo] = (await runtime.images.render(await picture(runtime, 30, 20), [{ format: 'png' }])).renditions
  const { renditions } = await runtime.images.render(
    await picture(runtime, 320, 200),
    [
      { format: 'png', width: 100 },
      { format: 'png', rotate: 90, extract: { x: 10, y: 20, width: 50, height: 70 }, sharpen: { sigma: 1.5 } },
      { format: 'png', width: 60, height: 40, extend: { left: 5, bottom: 2 }, extendWith: 'mirror', overlays: [{ picture: 0, scale: 0.5, opacity: 0.5 }] },
    ],
    { pictures: [logo.data] },
  )
  assert.deepEqual(renditions.map(({ width, height }) => [width, height]), [[100, 63], [50, 70], [65, 42]])
  await assert.rejects(
    runtime.images.render(logo.data, [{ format: 'png', overlays: [{ picture: 1 }] }], { pictures: [logo.data] }),
    /renditions\[0\]\.overlays\[0\]\.picture: expected one of the 1 pictures/,
  )
})

test('pictures of overlays together take no more memory than a picture may', async (t) => {
  const runtime = await open(t)
  const picture200 = await picture(runtime, 200, 200)
  const wanted = (count) => [{ format: 'png', width: 20, overlays: Array.from({ length: count }, (_, picture) => ({ picture })) }]
  const pictures = [picture200, picture200]
  const limits = { maxDecodedBytes: 400_000 }
  assert.equal((await runtime.images.render(await picture(runtime, 20, 20), wanted(1), { pictures, limits })).renditions[0].width, 20)
  const four = [...pictures, ...pictures]
  await assert.rejects(runtime.images.render(await picture(runtime, 20, 20), wanted(4), { pictures: four, limits }), /pictures\[\d\]/)
})

test('pixels come out and go in', async (t) => {
  const runtime = await open(t)
  const file = await picture(runtime, 33, 21)
  const decoded = await runtime.images.decode(file)
  assert.deepEqual([decoded.width, decoded.height, decoded.channels, decoded.data.length], [33, 21, 3, decoded.strideBytes * 21])
  const again = await runtime.images.decode((await runtime.images.encode(decoded, { format: 'png' })).data)
  assert.ok(decoded.data.equals(again.data))
})

test('lent bytes are not copied and come to the same', async (t) => {
  const runtime = await open(t)
  const file = await picture(runtime)
  const sizes = [{ width: 20, height: 20, format: 'png' }]
  const copied = await runtime.images.render(file, sizes)
  const lent = await runtime.images.render(file, sizes, { lend: true })
  const slice = Buffer.concat([Buffer.alloc(7), file]).subarray(7)
  const shared = new Uint8Array(new SharedArrayBuffer(file.length))
  shared.set(file)
  for (const input of [slice, shared, new Uint8Array(file).buffer]) {
    assert.ok((await runtime.images.render(input, sizes, { lend: true })).renditions[0].data.equals(copied.renditions[0].data))
  }
  assert.ok(lent.renditions[0].data.equals(copied.renditions[0].data))
})

test('an input that is not lent may be changed at once', async (t) => {
  const runtime = await open(t)
  const file = Buffer.from(await picture(runtime))
  const calls = Array.from({ length: 10 }, () => runtime.images.inspect(file, { lend: false }))
  file.fill(0)
  for (const { width } of await Promise.all(calls)) assert.equal(width, 320)
})

test('what is no picture, or half of one, is an error', async (t) => {
  const runtime = await open(t)
  const file = await picture(runtime)
  await assert.rejects(runtime.images.decode(file.subarray(0, file.length / 2)), CorruptDataError)
  for (const wrong of [Buffer.alloc(0), Buffer.from('text'), Buffer.alloc(1000)]) await assert.rejects(runtime.images.decode(wrong), ImagegenError)
})

test('a rendition that fails leaves the others', async (t) => {
  const runtime = await open(t)
  const { renditions } = await runtime.images.render(await picture(runtime), [
    { width: 20_000, height: 20_000, format: 'webp', upscale: true },
    { width: 10, height: 10, format: 'png' },
  ])
  assert.ok(renditions[0].error)
  assert.equal(renditions[0].data, undefined)
  assert.ok(renditions[1].data.length > 0)
})

test('large inputs are lent and small ones copied, if nothing else is said', async (t) => {
  const runtime = await open(t)
  const { start } = native()
  const lent = []
  native().start = (...given) => { lent.push(given[4]); return start(...given) }
  t.after(() => (native().start = start))
  const large = new Uint8Array(100_000)
  const growing = new Uint8Array(new ArrayBuffer(100_000, { maxByteLength: 200_000 }))
  for (const [data, options] of [[large, {}], [large, { lend: false }], [large.subarray(0, 64), {}], [large.subarray(0, 64), { lend: true }],
    [new Uint8Array(new SharedArrayBuffer(100_000)), {}], [growing, { lend: true }]]) await runtime.store.put('k', data, options)
  assert.deepEqual(lent, [true, false, false, true, false, !growing.buffer.resizable])
})
