// Many calls at once, random aborts, and the collector at work throughout. Runs again in a process with --expose-gc.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImagegenError, Runtime, liveHandles } from 'imagegen'
import { MemoryStore, collected, open, picture, providerOf, randomOf, run, settled, submission } from './support.mjs'

if (!globalThis.gc) {
  test('in a process whose collector can be called', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await run(new URL(import.meta.url).pathname, [], { nodeArgs: ['--expose-gc'] })
    assert.equal(code, 0, stdout + stderr)
  })
} else {
  test('300 calls at once, on one signal', async (t) => {
    const warnings = []
    const warned = (warning) => warnings.push(warning.message)
    process.on('warning', warned)
    t.after(() => process.off('warning', warned))
    const runtime = await open(t)
    const { signal } = new AbortController()
    const file = await picture(runtime, 16, 16)
    const all = await Promise.all(Array.from({ length: 300 }, (_, index) =>
      index % 3 ? runtime.images.inspect(file, { signal, lend: index % 2 === 0 }) : runtime.store.url(`k${index}`, { signal })))
    assert.equal(all.length, 300)
    assert.deepEqual([all[0], all[1].width], ['memory:k0', 16])
    assert.deepEqual(warnings, [])
  })

  const seed = Number(process.env.IMAGEGEN_NODE_SEED ?? 1)
  test(`random aborts leave nothing behind, seed ${seed}`, { timeout: 110_000 }, async () => {
    const random = randomOf(seed)
    const rounds = Number(process.env.IMAGEGEN_NODE_ABORTS ?? 200)
    const before = await settled()
    const store = new MemoryStore()
    const provider = providerOf((request, { signal }) => new Promise((resolve, reject) => {
      const late = setTimeout(() => resolve({ images: [Buffer.alloc(5000, 1)] }), random() * 20)
      signal.addEventListener('abort', () => { clearTimeout(late); reject(signal.reason) })
    }))
    const runtime = await Runtime.open({ store, provider })
    const file = await picture(runtime, 200, 200)
    const outcomes = { done: 0, aborted: 0, failed: 0 }
    const one = async () => {
      const abort = new AbortController()
      const kinds = [
        () => runtime.images.render(Buffer.from(file), [{ width: 100, height: 100, format: 'webp' }], { signal: abort.signal, lend: true }),
        () => runtime.store.put('k', Buffer.alloc(100_000), { signal: abort.signal }),
        () => runtime.provider.submit(submission, { signal: abort.signal }),
        () => runtime.images.decode(file, { signal: abort.signal }),
      ]
      setTimeout(() => abort.abort(), random() * 15)
      if (random() < 0.3) gc()
      try {
        await kinds[Math.floor(random() * kinds.length)]()
        ++outcomes.done
      } catch (error) {
        ++outcomes[error === abort.signal.reason ? 'aborted' : 'failed']
        if (error !== abort.signal.reason) assert.ok(error instanceof ImagegenError, `${error}`)
      }
    }
    for (let done = 0; done < rounds; done += 20) await Promise.all(Array.from({ length: 20 }, one))
    assert.equal(outcomes.done + outcomes.aborted, rounds, JSON.stringify(outcomes))
    assert.ok(outcomes.aborted > 0, JSON.stringify(outcomes))
    await runtime.close()
    await collected(before)
  })

  test('an argument without other references lives while it is read', async (t) => {
    const runtime = await open(t)
    const file = await picture(runtime, 640, 480)
    const calls = Array.from({ length: 30 }, () => runtime.images.render(Buffer.concat([file]), [{ width: 64, height: 48, format: 'png' }], { lend: true }))
    for (let i = 0; i < 20; ++i) {
      gc()
      Array.from({ length: 5 }, () => Buffer.alloc(file.length, 0xff))
      await new Promise(setImmediate)
    }
    const made = await Promise.all(calls)
    for (const { renditions } of made) assert.ok(renditions[0].data.equals(made[0].renditions[0].data))
  })

  test('a slice of a result keeps the memory of all of it', async (t) => {
    const runtime = await open(t)
    const file = await picture(runtime, 640, 480)
    let whole = (await runtime.images.decode(file)).data
    const copy = Buffer.from(whole)
    const slice = whole.subarray(1000, 2000)
    whole = null
    assert.ok((await settled()) >= 2) // the runtime and the pixels
    assert.ok(slice.equals(copy.subarray(1000, 2000)))
  })

  test('results are freed when nobody has them any longer', async (t) => {
    const before = await settled()
    const runtime = await open(t)
    const file = await picture(runtime, 100, 100)
    for (let i = 0; i < 50; ++i) await runtime.images.decode(file)
    await collected(before + 2) // the runtime, and what the last frame still refers to
  })

  test('a runtime that nobody closed is freed with its object', async () => {
    const before = await settled()
    await (async () => { await (await Runtime.open()).describe() })()
    await collected(before)
  })

  test('so is one beside another that works', async (t) => {
    const working = await open(t)
    working.worker.run().catch(() => {})
    const before = await settled()
    await (async () => { await (await Runtime.open()).describe() })()
    await collected(before)
  })

  test('a result that is held twice is freed once nobody holds either', async (t) => {
    const runtime = await open(t, { config: { store: 'memory:' } })
    await runtime.store.put('k', Buffer.alloc(100_000, 7))
    const before = await settled()
    const held = await Promise.all([runtime.store.get('k'), runtime.store.get('k')])
    assert.ok(held[0].equals(held[1]))
    held.shift()
    const one = await settled()
    assert.ok(one > before && held[0].every((byte) => byte === 7), `${one} of ${before}`)
    held.shift()
    await collected(before)
  })
}
