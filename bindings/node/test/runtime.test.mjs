// A runtime from opening to closing.
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { Call, CancelledError, ClosedError, ImagegenError, InvalidArgumentError, NotFoundError, Runtime, liveHandles, operations, version } from 'imagegen'
import { native, open, picture, providerOf, smallPack, submission, until } from './support.mjs'

test('operations have names and schemas', () => {
  const all = operations()
  assert.ok(all.length > 20)
  for (const { name, summary, request, result } of all) {
    assert.match(name, /^[a-z]+\.[a-zA-Z]+$/)
    assert.ok(summary.length > 10)
    assert.equal(typeof request, 'object')
    assert.equal(typeof result, 'object')
  }
  assert.match(version(), /^\d+\.\d+\.\d+/)
})

test('every operation has its method, and none is there that the library does not know', async (t) => {
  const runtime = await open(t)
  const methods = []
  for (const [group, members] of Object.entries(runtime)) methods.push(...Object.keys(members).map((name) => `${group}.${name}`))
  methods.push('runtime.describe', 'runtime.examine')
  assert.deepEqual(methods.sort(), operations().map(({ name }) => name).sort())
})

test('a runtime says what it is made of', async (t) => {
  const runtime = await open(t, { config: { store: 'memory:' } })
  assert.equal((await runtime.describe()).version, version())
  assert.ok(Array.isArray(await runtime.examine()))
})

test('faults of the configuration are named, all at once', async () => {
  await assert.rejects(Runtime.open({ config: { threads: -1, nonsense: true } }), (error) => {
    assert.ok(error instanceof InvalidArgumentError)
    assert.match(error.message, /threads/)
    assert.match(error.message, /nonsense/)
    return true
  })
})

test('a call is a promise', async (t) => {
  const runtime = await open(t)
  const call = runtime.describe()
  assert.ok(call instanceof Call)
  assert.equal(Object.prototype.toString.call(call), '[object Call]')
  assert.equal(call.state, 'running')
  let ended = false
  const [first, second] = await Promise.all([call, call.then((value) => value)])
  await call.finally(() => (ended = true))
  assert.equal(first, second)
  assert.deepEqual([ended, call.state, call.failure], [true, 'done', null])
})

test('an operation that there is not is NotFoundError, with where it was called', async (t) => {
  const runtime = await open(t)
  await assert.rejects(runtime.call('no.such'), (error) => {
    assert.ok(error instanceof NotFoundError && error instanceof ImagegenError && error instanceof Error)
    assert.deepEqual([error.name, error.code, error.status, error.operation], ['NotFoundError', 'NOT_FOUND', 3, 'no.such'])
    return true
  })
  await assert.rejects(runtime.jobs.get('imgjob_none'), ({ stack, operation }) => {
    assert.equal(operation, 'jobs.get')
    assert.match(stack, /^NotFoundError: .*\n(.*\n)*.*runtime\.test\.mjs/)
    return true
  })
})

test('a call ends whatever happens while its result is taken', { timeout: 30_000 }, async (t) => {
  const runtime = await open(t)
  await runtime.store.put('k', Buffer.alloc(1000))
  const { bytesSize, bytesCopy, bytesRelease } = native()
  t.after(() => Object.assign(native(), { bytesSize, bytesCopy, bytesRelease }))
  const released = []
  const full = new RangeError('no memory')
  Object.assign(native(), {
    bytesSize: () => 0, // so that it is copied
    bytesCopy() { throw full },
    bytesRelease(bytes) { released.push(bytes); bytesRelease(bytes) },
  })
  const call = runtime.store.get('k')
  await assert.rejects(call, (error) => error === full)
  assert.deepEqual([call.state, released.length], ['failed', 1])
})

test('errors come without a stack where the host wants none', { timeout: 30_000 }, async (t) => {
  const runtime = await open(t)
  const { stackTraceLimit } = Error
  t.after(() => (Error.stackTraceLimit = stackTraceLimit))
  for (const limit of ['none', 0, undefined]) {
    Error.stackTraceLimit = limit
    const call = runtime.jobs.get('imgjob_none')
    await call.catch(() => {})
    assert.ok(call.failure instanceof NotFoundError, `${limit}: ${call.failure}`)
    assert.match(call.failure.stack, /^NotFoundError: [^\n]+$/)
  }
})

test('a wrong request names its faults, and says what an HTTP route answers', async (t) => {
  const runtime = await open(t)
  await assert.rejects(runtime.call('heroes.generate', { workItemId: '', nonsense: 1 }), (error) => {
    assert.ok(error instanceof InvalidArgumentError)
    assert.equal(error.httpStatus, 400)
    assert.equal(error.body.error, 'INVALID_REQUEST')
    assert.ok(error.faults.some(({ path }) => path === 'nonsense'), JSON.stringify(error.faults))
    return true
  })
})

test('AsyncLocalStorage has in onProgress what it had at the call, and in host methods what it had at open()', async (t) => {
  const requests = new AsyncLocalStorage()
  const seen = { progress: new Set(), events: new Set() }
  const events = { deliver: () => void seen.events.add(requests.getStore()) }
  const runtime = await requests.run('opened', () => open(t, { events }))
  const one = (name) => requests.run(name, async () => {
    const onProgress = () => seen.progress.add(`${name} ${requests.getStore()}`)
    const pack = smallPack()
    for (const row of pack.export_plan) row.filename = `${name}/${row.filename}` // or the other call has made all of it
    await runtime.heroes.generate({ workItemId: name, pack }, { onProgress })
    return requests.getStore()
  })
  assert.deepEqual(await Promise.all([one('a'), one('b')]), ['a', 'b'])
  assert.deepEqual([...seen.progress].sort(), ['a a', 'b b'])
  await until(() => seen.events.size > 0, 'an event')
  assert.deepEqual([...seen.events], ['opened'])
})

test('a signal that was aborted before starts nothing', async (t) => {
  const runtime = await open(t)
  const { start } = native()
  native().start = () => assert.fail('something was started')
  t.after(() => (native().start = start))
  const reason = new Error('enough')
  const call = runtime.describe({ signal: AbortSignal.abort(reason) })
  await assert.rejects(call, (error) => error === reason && error.cause === undefined)
  assert.deepEqual([call.state, call.failure], ['failed', null])
})

test('an abort while the request is read counts', { timeout: 30_000 }, async (t) => {
  const runtime = await open(t, { provider: providerOf(() => new Promise(() => {})) })
  const abort = new AbortController()
  const prompt = { toJSON() { abort.abort(); return 'a boat' } }
  await assert.rejects(runtime.provider.submit({ ...submission, prompt }, { signal: abort.signal }), (error) => error === abort.signal.reason)
})

test('one abort ends all calls of its signal, and cancel() one without a signal', { timeout: 30_000 }, async (t) => {
  let asked = 0
  const provider = providerOf(() => { ++asked; return new Promise(() => {}) })
  const runtime = await open(t, { provider })
  const abort = new AbortController()
  const calls = [1, 2, 3].map(() => runtime.provider.submit(submission, { signal: abort.signal }))
  const alone = runtime.provider.submit(submission)
  await until(() => asked === 4, 'four requests')
  abort.abort()
  for (const { reason } of await Promise.allSettled(calls)) assert.equal(reason, abort.signal.reason)
  assert.equal(alone.state, 'running')
  alone.cancel()
  await assert.rejects(alone, CancelledError)
  alone.cancel() // of a call that has ended: nothing
})

test('close cancels what runs and waits for it', async () => {
  let asked
  const begun = new Promise((resolve) => (asked = resolve))
  const provider = providerOf((request, { signal }) => { asked(signal); return new Promise(() => {}) })
  const runtime = await Runtime.open({ provider })
  const call = runtime.provider.submit(submission)
  const failed = assert.rejects(call, CancelledError)
  const signal = await begun
  const closing = runtime.close()
  assert.equal(runtime.close(), closing)
  await closing
  await failed
  assert.equal(signal.aborted, true)
  assert.equal(runtime.closed, true)
  await assert.rejects(runtime.describe(), ClosedError)
})

test('await using and Symbol.asyncDispose close', { skip: !Symbol.asyncDispose }, async () => {
  const runtime = await Runtime.open()
  await runtime[Symbol.asyncDispose]()
  assert.equal(runtime.closed, true)
})

test('calls that follow one another at once are all answered', async (t) => {
  const runtime = await open(t)
  for (let i = 0; i < 200; ++i) await runtime.store.url('a')
})

test('a wrong picture is its error, and the runtime goes on', async (t) => {
  const runtime = await open(t)
  await assert.rejects(runtime.images.inspect(Buffer.from('no picture at all')), ImagegenError)
  assert.ok((await picture(runtime)).length > 100)
})

test('several runtimes live side by side', async () => {
  const runtimes = await Promise.all([1, 2, 3].map(() => Runtime.open()))
  const described = await Promise.all(runtimes.map((runtime) => runtime.describe()))
  assert.equal(described.length, 3)
  await Promise.all(runtimes.map((runtime) => runtime.close()))
})

test('nothing is left behind by a runtime that was closed', async () => {
  const before = liveHandles()
  const runtime = await Runtime.open()
  await runtime.describe()
  await runtime.close()
  assert.ok(liveHandles() <= before, `${liveHandles()} of ${before}`)
})
