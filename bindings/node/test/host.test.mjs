// Parts that the host makes, at their worst.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BadAnswerError, DeadlineExceededError, ImagegenError, InternalError, NotFoundError, PermissionDeniedError, RateLimitedError, UnavailableError } from 'imagegen'
import { rejection } from '../lib/host.cjs'
import { MemoryStore, native, open, picture, providerOf, smallPack, submission, until } from './support.mjs'

test('what a method throws is the error of the call', async (t) => {
  const throwing = (error) => ({ ...new MemoryStore(), capability: {}, async put() {}, async head() {}, async remove() {}, async list() { return [] }, async get() { throw error } })
  const cases = [
    [new RateLimitedError('slow down', { retryable: true, retryAfterMs: 1500 }), RateLimitedError],
    [Object.assign(new Error('closed for the night'), { code: 'UNAVAILABLE', retryable: true }), UnavailableError],
    [new PermissionDeniedError('not you'), PermissionDeniedError],
    [new Error('a mistake'), InternalError],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), InternalError],
    ['a string', InternalError],
    [undefined, InternalError],
    [{ get message() { return 5 } }, InternalError],
    [{ get message() { throw new Error('at the message') } }, InternalError],
    [new Proxy({}, { get() { throw new Error('at anything') } }), InternalError],
  ]
  for (const [thrown, expected] of cases) {
    const runtime = await open(t, { store: throwing(thrown) })
    await assert.rejects(runtime.store.get('a'), (error) => {
      assert.ok(error instanceof expected, `${error}`)
      if (!(thrown instanceof Error)) return true
      assert.ok(error.message.includes(thrown.message), error.message)
      assert.deepEqual([error.retryable, error.retryAfterMs], [thrown.retryable ?? false, thrown.retryAfterMs])
      return true
    })
  }
})

test('an odd wait or text costs an error neither its code nor its delivery', () => {
  const odd = [Infinity, -Infinity, NaN, 1e300, -5, 'inf', 10n, [], { valueOf() { throw new Error('at the wait') } }]
  for (const retryAfterMs of odd) {
    const told = JSON.parse(rejection(new RateLimitedError('a\ud800b', { retryAfterMs, delivery: 'answered', retryable: true, providerText: '\udc00' })))
    const { retryAfterMs: kept, ...rest } = told
    assert.deepEqual(rest, { message: 'a\ufffdb', code: 'RATE_LIMITED', retryable: true, delivery: 'answered', providerText: '\ufffd' })
    assert.ok(kept === undefined || kept === 1e300)
  }
  const long = rejection(new RateLimitedError('x'.repeat(2e7), { delivery: 'not_sent' }))
  assert.ok(long.length < 5000)
  assert.equal(JSON.parse(long).delivery, 'not_sent')
})

test('a method that throws before it returns a promise is no different', async (t) => {
  const store = new MemoryStore()
  store.get = () => { throw new NotFoundError('gone') }
  const runtime = await open(t, { store })
  await assert.rejects(runtime.store.get('a'), NotFoundError)
})

test('answers that are no answers fail the work', async (t) => {
  const answers = [5, 'text', [], {}, { images: 5 }, { images: [5] }, { images: [{ data: 'text' }] }, null, undefined, { images: [], usage: 1n }]
  for (const answer of answers) {
    const runtime = await open(t, { provider: providerOf(async () => answer) })
    await assert.rejects(runtime.provider.submit(submission), (error) => error instanceof BadAnswerError || assert.fail(`${JSON.stringify(answer, (k, v) => (typeof v === 'bigint' ? 'n' : v))}: ${error}`))
  }
  const store = new MemoryStore()
  const runtime = await open(t, { store })
  const circle = {}
  circle.circle = circle
  for (const info of [circle, { etag: () => {} }, { sizeBytes: NaN }]) {
    store.put = async () => info
    await assert.rejects(runtime.store.put('a', Buffer.alloc(1)), BadAnswerError)
  }
  store.get = async () => 'text'
  await assert.rejects(runtime.store.get('a'), BadAnswerError)
})

test('a method that never answers meets the deadline, and its signal is aborted', async (t) => {
  let aborted = false
  const store = new MemoryStore()
  store.get = (key, { maxBytes }, { signal, timeoutMs }) => {
    assert.ok(maxBytes > 0 && timeoutMs > 0 && timeoutMs <= 100)
    signal.addEventListener('abort', () => (aborted = true))
    return new Promise(() => {})
  }
  const runtime = await open(t, { store, config: { hostTimeoutMs: 100 } })
  await assert.rejects(runtime.store.get('a'), DeadlineExceededError)
  await until(() => aborted, 'the abort')
})

test('an answer that comes too late is thrown away', async (t) => {
  let answer
  const store = new MemoryStore()
  store.get = () => new Promise((resolve) => (answer = resolve))
  const runtime = await open(t, { store, config: { hostTimeoutMs: 50 } })
  await assert.rejects(runtime.store.get('a'), DeadlineExceededError)
  answer(Buffer.from('late'))
  store.get = async () => Buffer.from('in time')
  assert.equal((await runtime.store.get('a')).toString(), 'in time')
})

test('a second answer is a status, and changes nothing', async (t) => {
  const store = new MemoryStore()
  const runtime = await open(t, { store })
  const { resolve } = native()
  const statuses = []
  native().resolve = (...answer) => {
    const first = resolve(...answer)
    statuses.push(first.status, resolve(...answer).status)
    return first
  }
  t.after(() => (native().resolve = resolve))
  store.get = async () => Buffer.from('once')
  assert.equal((await runtime.store.get('a')).toString(), 'once')
  assert.deepEqual(statuses, [0, 3])
})

test('a method may use the runtime it belongs to', { timeout: 20_000 }, async (t) => {
  const store = new MemoryStore()
  const runtime = await open(t, { store })
  const drawn = await picture(runtime, 10, 10)
  store.get = async () => (await runtime.images.render(drawn, [{ width: 5, height: 5, format: 'png' }])).renditions[0].data
  const { width } = await runtime.images.inspect(await runtime.store.get('a'))
  assert.equal(width, 5)
})

test('bytes go both ways unharmed, also none and many', async (t) => {
  const store = new MemoryStore()
  const runtime = await open(t, { store })
  for (const size of [0, 1, 63, 64, 65, 4096, 3_000_000]) {
    const data = Buffer.alloc(size, (index) => index).map((_, index) => (index * 31) & 255)
    const put = await runtime.store.put(`k${size}`, data, { contentType: 'application/x' })
    assert.equal(put.sizeBytes, size)
    assert.ok(Buffer.from(data).equals(await runtime.store.get(`k${size}`)), `${size} bytes`)
    assert.equal(store.objects.get(`k${size}`).contentType, 'application/x')
  }
  assert.deepEqual((await runtime.store.list({ prefix: 'k6' })).map(({ key }) => key), ['k63', 'k64', 'k65'])
  assert.equal(await runtime.store.head('nothing'), null)
  await assert.rejects(runtime.store.get('nothing'), NotFoundError)
  await runtime.store.remove('nothing')
})

test('the whole assets of the host is asked', async (t) => {
  const records = new Map()
  const assets = {
    put: async (asset) => void records.set(asset.id, asset),
    find: async (id) => records.get(id),
    list: async ({ owner }) => ({ assets: [...records.values()].filter((asset) => !owner || asset.owner === owner), next: '' }),
    remove: async (id) => void records.delete(id),
  }
  const runtime = await open(t, { assets })
  const asset = { id: 'a-1', kind: 'hero', objectKey: 'k', sha256: 'a'.repeat(64), owner: 'u-1', created: 1_700_000_000_000 }
  await runtime.assets.put(asset)
  assert.equal((await runtime.assets.get('a-1')).owner, 'u-1')
  assert.equal((await runtime.assets.list({ owner: 'u-1' })).assets[0].created, asset.created)
  assert.equal((await runtime.assets.list({ owner: 'u-2' })).assets.length, 0)
  await runtime.assets.remove('a-1')
  assert.equal(await runtime.assets.get('a-1'), null)
})

test('the records of the host are asked, those of files among them', async (t) => {
  const kept = new Map()
  const place = ({ collection, id }) => `${collection}/${id}`
  const make = ({ document, created, keys, ...change }) => {
    if (document === null) return kept.delete(place(change)), 0
    const revision = (kept.get(place(change))?.revision ?? 0) + 1
    kept.set(place(change), { id: change.id, document, created, revision, keys, collection: change.collection })
    return revision
  }
  const isBefore = (a, b) => a.created - b.created || (a.id < b.id ? -1 : Number(a.id > b.id))
  const records = {
    write: async (changes) => changes.map(make),
    find: async (collection, id) => kept.get(place({ collection, id })),
    list: async ({ collection, where, after, limit }) =>
      [...kept.values()]
        .filter((record) => record.collection === collection && Object.entries(where).every(([key, value]) => record.keys[key] === value))
        .filter((record) => !after || isBefore(record, after) < 0)
        .sort((a, b) => isBefore(b, a))
        .slice(0, limit),
  }
  const runtime = await open(t, { records })
  const asset = { kind: 'hero', objectKey: 'k', sha256: 'a'.repeat(64), owner: 'u-1' }
  for (const created of [1, 2, 3]) await runtime.assets.put({ ...asset, id: `a-${created}`, created })
  assert.equal(kept.get('assets/a-1').document.owner, 'u-1')
  assert.equal((await runtime.assets.get('a-2')).created, 2)
  const page = await runtime.assets.list({ owner: 'u-1', limit: 2 })
  assert.deepEqual(page.assets.map(({ id }) => id), ['a-3', 'a-2'])
  assert.deepEqual((await runtime.assets.list({ owner: 'u-1', limit: 2, after: page.next })).assets.map(({ id }) => id), ['a-1'])
  await runtime.assets.remove('a-2')
  assert.equal(await runtime.assets.get('a-2'), null)
})

test('the enhancer of the host writes', async (t) => {
  const runtime = await open(t, { enhancer: { enhance: async ({ intent, prompt }) => `${intent}: ${prompt}, at dawn` } })
  const { finalPrompt } = await runtime.prompts.enhance({ intent: 'hero image', prompt: 'a boat' })
  assert.equal(finalPrompt, 'hero image: a boat, at dawn')
})

test('a provider may lack the optional methods', async (t) => {
  const runtime = await open(t, { provider: providerOf(async () => { throw new Error('no') }) })
  await runtime.provider.check()
})

// A provider that answers with tasks, and a list of what it was asked for.
function tasksOf(drawn) {
  const asked = []
  const provider = {
    capability: providerOf().capability,
    submit() { asked.push('submit'); return { task: { id: task.id, resumeUrl: task.resumeUrl } } },
    async resume(given) { asked.push(['resume', given]); return { images: [drawn], requestId: 'r-1' } },
    async cancel(given) { asked.push(['cancel', given]) },
  }
  return { asked, provider }
}

const task = { provider: 'house', id: 't-1', resumeUrl: 'https://house.example/t-1' }

test('a task of the host is resumed and cancelled by who has it', { timeout: 30_000 }, async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const { asked, provider } = tasksOf(drawn)
  const runtime = await open(t, { provider })
  const { task: given } = await runtime.provider.submit(submission)
  assert.deepEqual(given, task)
  const { images, requestId } = await runtime.provider.resume({ task: given })
  assert.ok(drawn.equals(images[0].data))
  assert.equal(requestId, 'r-1')
  await runtime.provider.cancel({ task: given })
  assert.deepEqual(asked, ['submit', ['resume', task], ['cancel', task]])
})

test('the library resumes the task of a job until it has the picture', { timeout: 30_000 }, async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const { asked, provider } = tasksOf(drawn)
  const runtime = await open(t, { provider, config: { prompts: { width: 64, height: 64 } } })
  const { jobId } = await runtime.prompts.execute({ intent: 'hero image', rawPrompt: 'a boat', finalPrompt: 'A red boat.' })
  await runtime.worker.run({ untilIdle: true })
  const { status, error } = await runtime.prompts.get(jobId)
  assert.equal(status, 'DONE', error)
  assert.deepEqual(asked, ['submit', ['resume', task]])
})

test('a blocked loop keeps the library working, and progress comes coalesced', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-blocked-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const runtime = await open(t, { config: { store: `file:${folder}` } })
  const steps = []
  const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: smallPack() }, { onProgress: (step) => steps.push(step) })
  const end = Date.now() + 30_000
  const files = () => readdirSync(folder, { recursive: true }).filter((name) => /(Desktop|Mobile|Tablet)[^/]*\.webp$/.test(name))
  while (files().length < 9 && Date.now() < end); // the loop has no turn, the library has its own threads
  assert.equal(files().length, 9)
  const { generated } = await call
  assert.equal(generated.length, 9)
  // The newest of those that came meanwhile, in which every picture was bought, and at most one for each file after it.
  const told = steps.map(({ stage, filesDone }) => `${stage} ${filesDone}`)
  assert.ok(steps.length <= 10 && told.every((step) => /^(haveMaster|fileDone)/.test(step)), told.join())
  assert.equal(steps.at(-1).filesDone, 9)
})

test('a failure never carries half of a surrogate pair or a NUL', async (t) => {
  const store = new MemoryStore()
  store.get = async () => { throw new Error('bad \ud800 \0 text') }
  const runtime = await open(t, { store })
  await assert.rejects(runtime.store.get('a'), (error) => error instanceof ImagegenError && /bad/.test(error.message))
})
