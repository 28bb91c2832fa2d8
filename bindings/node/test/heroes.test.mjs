// Lifestyle heroes from a pack to stored files.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AlreadyExistsError, CancelledError, InvalidArgumentError, NotFoundError, RateLimitedError } from 'imagegen'
import { MemoryStore, open, pack, picture, providerOf, smallPack, submission, until } from './support.mjs'

test('nine files out of three shots, in a store and with URLs', { timeout: 120_000 }, async (t) => {
  const runtime = await open(t)
  const result = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: pack() })
  assert.equal(result.ok, true)
  assert.equal(result.generated.length, 9)
  for (const { filename, width, height, sha256, url } of result.generated) {
    assert.ok(url.length > 0 && sha256.length === 64)
    const { format, ...found } = await runtime.images.inspect(await runtime.store.get(filename))
    assert.deepEqual([format, found.width, found.height], ['webp', width, height])
  }
})

test('for await has the progress, and the result comes after it', async (t) => {
  const runtime = await open(t)
  const seen = []
  const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() }, { onProgress: (step) => seen.push(step) })
  const steps = []
  for await (const step of call.progress()) steps.push(step)
  const { generated } = await call
  assert.ok(steps.length >= 1)
  assert.deepEqual(steps, seen)
  for (const { stage, filesDone, filesTotal } of steps) {
    assert.match(stage, /^(planned|buyingMaster|haveMaster|fileDone|shotFailed)$/)
    assert.ok(filesDone <= filesTotal)
  }
  assert.equal(generated.length, 9)
})

test('a loop that is left does not end the call, and an exception of onProgress does not either', async (t) => {
  const runtime = await open(t)
  const thrown = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error.message))
  t.after(() => { process.removeAllListeners('uncaughtException'); listeners.forEach((listener) => process.on('uncaughtException', listener)) })
  const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() }, { onProgress() { throw new Error('mine') } })
  for await (const step of call) { assert.ok(step.stage); break }
  assert.equal((await call).generated.length, 9)
  assert.ok(thrown.length >= 1 && thrown.every((message) => message === 'mine'))
})

test('a dry run buys nothing and tells prompts and prices', async (t) => {
  const store = new MemoryStore()
  const runtime = await open(t, { store })
  const { dryRun, cost } = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack(), dryRun: true })
  assert.equal(dryRun, true)
  assert.equal(cost.shots.length, 3)
  assert.ok(cost.shots[0].prompt.length > 20)
  assert.deepEqual(store.asked, [])
})

test('the store, the packs and the events of the host are asked', { timeout: 60_000 }, async (t) => {
  const store = new MemoryStore()
  const events = []
  const runtime = await open(t, {
    store: Object.assign(store, { capability: { name: 'house', urlPrefix: 'https://cdn.example/' } }),
    lifestylePacks: { find: async (workItemId) => (workItemId === 'wi-7' ? smallPack() : null) },
    events: { deliver: (event) => void events.push(event) },
  })
  const { generated } = await runtime.heroes.generate({ workItemId: 'wi-7' })
  assert.equal(generated.length, 9)
  for (const { filename, url, bytes } of generated) {
    assert.equal(url, `https://cdn.example/${filename}`)
    assert.equal(store.objects.get(filename).data.length, bytes)
  }
  await until(() => events.length > 0, 'the event')
  assert.equal(events[0].event, 'lifestyle_heroes_generated')
  assert.equal(events[0].work_item_id, 'wi-7')

  const again = await runtime.heroes.generate({ workItemId: 'wi-7' })
  assert.deepEqual([again.generated.length, again.skippedExisting.length], [0, 9])
  await assert.rejects(runtime.heroes.generate({ workItemId: 'wi-8' }), (error) => {
    assert.ok(error instanceof NotFoundError)
    assert.deepEqual([error.httpStatus, error.body], [404, { ok: false, error: 'LIFESTYLE_PACK_NOT_FOUND' }])
    return true
  })
})

test('the contact sheet is a page and a picture', async (t) => {
  const runtime = await open(t)
  const { contactSheet } = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack(), contactSheet: true })
  assert.match(contactSheet.html, /^<!doctype html>/i)
  assert.equal((await runtime.images.inspect(contactSheet.png)).format, 'png')
  assert.equal((await runtime.heroes.generate({ workItemId: 'wi-2', lifestylePack: smallPack(), overwrite: true })).contactSheet, undefined)
})

test('the provider of the host paints', async (t) => {
  const painter = await open(t)
  const drawn = await picture(painter, 64, 64)
  const asked = []
  const provider = providerOf(async (request) => {
    asked.push(request)
    return { images: [{ data: drawn, revisedPrompt: 'a better boat' }], requestId: 'r-1' }
  })
  const runtime = await open(t, { provider })
  const { generated, cost } = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack(), allowUnknownPrice: true })
  assert.equal(generated.length, 9)
  assert.equal(cost.imagesBought, 3)
  assert.equal(asked.length, 3)
  assert.deepEqual([asked[0].width, asked[0].height, asked[0].count], [64, 64, 1])
})

test('a provider that refuses fails the work with its code', async (t) => {
  const provider = providerOf(async () => { throw new RateLimitedError('slow down', { delivery: 'answered' }) })
  const runtime = await open(t, { provider, config: { retry: { maxAttempts: 1 } } })
  await assert.rejects(runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() }), (error) => {
    assert.deepEqual([error.httpStatus, error.body.error], [502, 'GENERATION_FAILED'])
    assert.equal(error.body.details.failed[0].error, 'RATE_LIMITED')
    return true
  })
})

test('a purchase whose outcome is unknown is settled', async (t) => {
  const provider = providerOf(async () => { throw new Error('the socket broke') }, { paid: true })
  const runtime = await open(t, { provider })
  await assert.rejects(runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() }), (error) => error.spent)
  const { purchases: [{ id }] } = await runtime.spend.list()
  const settled = await runtime.spend.settle({ purchase: id, outcome: 'released', note: 'not on the bill' })
  assert.deepEqual([settled.id, settled.state, settled.note], [id, 'released', 'not on the bill'])
  await assert.rejects(runtime.spend.settle({ purchase: id, outcome: 'buyAgain' }), { code: 'CONFLICT' })
})

test('a budget that cannot be meant is refused before anything is asked for', async (t) => {
  const runtime = await open(t)
  for (const budget of [-1, 1e10, 1e-10, NaN, Infinity]) {
    await assert.rejects(runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack(), budget }), (error) => error instanceof InvalidArgumentError && /budget: expected/.test(error.message), `${budget}`)
  }
})

test('a bad pack is refused with every fault', async (t) => {
  const runtime = await open(t)
  const bad = smallPack()
  bad.export_plan[1].width = 0
  await assert.rejects(runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: bad }), (error) => {
    assert.ok(error instanceof InvalidArgumentError)
    assert.ok(Object.keys(error.body.details.fieldErrors).includes('export_plan[1].width'), JSON.stringify(error.body))
    assert.equal(error.spent, false)
    return true
  })
})

test('an abort cancels, rejects with its reason, and the failure of the call says what was spent', { timeout: 30_000 }, async (t) => {
  const abort = new AbortController()
  const provider = providerOf((request, { signal }) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    abort.abort()
  }), { paid: true })
  const runtime = await open(t, { provider })
  const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack(), allowUnknownPrice: true }, { signal: abort.signal })
  await assert.rejects(call, (error) => {
    assert.equal(error, abort.signal.reason)
    assert.equal(error.name, 'AbortError')
    return true
  })
  assert.ok(call.failure instanceof CancelledError, `${call.failure}`)
  assert.equal(call.failure.spent, true)
})

test('each call of one signal says what it spent itself', { timeout: 30_000 }, async (t) => {
  const abort = new AbortController()
  let asked
  const begun = new Promise((resolve) => (asked = resolve))
  const runtime = await open(t, { provider: providerOf(() => { asked(); return new Promise(() => {}) }) })
  const working = runtime.worker.run({ signal: abort.signal })
  const buying = runtime.provider.submit(submission, { signal: abort.signal })
  await begun
  abort.abort()
  for (const { reason } of await Promise.allSettled([working, buying])) assert.equal(reason, abort.signal.reason)
  assert.deepEqual([working.failure.spent, buying.failure.spent], [false, true])
  assert.equal(abort.signal.reason.cause, undefined, 'the reason is the host\'s own')
})

test('the loop throws what the call throws, and nobody else has to look', async (t) => {
  const runtime = await open(t, { lifestylePacks: { find: () => null } })
  await assert.rejects(async () => {
    for await (const step of runtime.heroes.generate({ workItemId: 'wi-1' })) assert.fail(JSON.stringify(step))
  }, NotFoundError)
})

test('a store of the host that loses a race is believed', async (t) => {
  class Raced extends MemoryStore {
    async put(key, data, options) {
      if (options.onlyIfAbsent && key.includes('Desktop')) throw new AlreadyExistsError(key)
      return super.put(key, data, options)
    }
  }
  const runtime = await open(t, { store: new Raced() })
  const { generated, skippedExisting } = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() })
  assert.deepEqual([generated.length, skippedExisting.length], [6, 3])
})
