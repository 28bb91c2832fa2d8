// worker_threads, and two copies of the package.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { CancelledError, Runtime, liveHandles } from 'imagegen'
import { here, native, open, picture, until } from './support.mjs'

const inWorker = (workerData) => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('children/worker.mjs', import.meta.url), { workerData })
  let answer
  worker.on('message', (message) => (answer = message))
  worker.on('error', reject)
  worker.on('exit', (code) => (code === 0 ? resolve(answer) : reject(new Error(`exit ${code}`))))
})

test('threads and the main thread work in turns and at once', { timeout: 60_000 }, async (t) => {
  const runtime = await open(t)
  const file = await picture(runtime, 100, 80)
  for (let round = 0; round < 3; ++round) {
    const sizes = Array.from({ length: 3 }, (_, index) => ({ file, width: 10 + index }))
    const answers = await Promise.all([...sizes.map(inWorker), runtime.images.inspect(file)])
    assert.deepEqual(answers.slice(0, 3).map(({ width }) => width), [10, 11, 12])
    assert.ok(answers.slice(0, 3).every(({ lent }) => lent === false), 'a thread may be terminated while its memory is read')
    assert.equal(answers[3].width, 100)
  }
})

test('a thread that ends leaves nothing behind', { timeout: 60_000 }, async () => {
  const before = liveHandles()
  const runtime = await Runtime.open()
  const file = await picture(runtime, 100, 80)
  await runtime.close()
  const held = liveHandles()
  await inWorker({ file, width: 10, leaves: true })
  await until(() => liveHandles() <= held, `the thread's handles' end (${liveHandles()}, ${held}, ${before})`)
})

const threads = () => readdirSync('/proc/self/task').length

test('a thread that ends by itself in the middle of its calls gives everything back', { timeout: 60_000 }, async () => {
  await inWorker({ exits: true }) // what comes with the first thread stays
  const [handles, running] = [liveHandles(), threads()]
  for (let round = 0; round < 3; ++round) await inWorker({ exits: true })
  await until(() => liveHandles() <= handles, `the end of its handles (${liveHandles()}, ${handles})`)
  await until(() => threads() <= running, `the end of the library's threads (${threads()}, ${running})`)
})

test('many runtimes take one thread of the pool, not one each', { timeout: 60_000 }, async (t) => {
  const runtimes = []
  for (let i = 0; i < 6; ++i) runtimes.push(await open(t))
  const { waitAny } = native()
  let waiting = 0
  native().waitAny = (...given) => { ++waiting; return waitAny(...given).finally(() => --waiting) }
  t.after(() => (native().waitAny = waitAny))
  const abort = new AbortController()
  const working = []
  for (const runtime of runtimes) {
    working.push(runtime.worker.run({ signal: abort.signal }))
    await runtime.store.url('k') // of the same runtime: begins no other wait
  }
  await until(() => waiting === 1, 'the end of the older waits')
  await Promise.all(runtimes.map((runtime) => runtime.describe()))
  abort.abort()
  for (const { status, reason } of await Promise.allSettled(working)) assert.deepEqual([status, reason], ['rejected', abort.signal.reason])
  await until(() => waiting === 0, 'the end of the last wait')
})

// The waits that are under way, and how many there were at once.
function watchWaits(context) {
  const { waitAny } = native()
  const seen = { waiting: 0, most: 0 }
  native().waitAny = (descriptors, milliseconds) => {
    seen.most = Math.max(seen.most, ++seen.waiting)
    return waitAny(descriptors, milliseconds).finally(() => --seen.waiting)
  }
  context.after(() => (native().waitAny = waitAny))
  return seen
}

// A runtime with a call that goes on until the test ends.
async function busy(context) {
  const runtime = await open(context)
  const working = runtime.worker.run()
  working.catch(() => {})
  context.after(() => assert.rejects(runtime.close().then(() => working), CancelledError))
  return runtime
}

test('short calls of one runtime beside a long one of another begin no wait each', { timeout: 60_000 }, async (t) => {
  const seen = watchWaits(t)
  await busy(t)
  const short = await open(t)
  for (let i = 0; i < 20; ++i) await short.store.url('k')
  assert.ok(seen.most <= 2, `${seen.most} waits at once`)
})

test('a runtime whose descriptor has the number of a closed one is waited for at once', { timeout: 60_000 }, async (t) => {
  const { pump } = createRequire(import.meta.url)('../lib/pump.cjs')
  const { waitAny } = native()
  const waits = []
  let open = true
  const drain = () => open
  const end = async () => {
    open = false
    for (const { resume } of waits) resume()
    await new Promise(setImmediate)
  }
  t.after(() => end().then(() => { pump.remove(1_000_000); native().waitAny = waitAny }))
  native().waitAny = ([descriptor]) => new Promise((resume) => waits.push({ descriptor, resume }))
  pump.add(1_000_000, drain)
  await new Promise(setImmediate)
  pump.remove(1_000_000)
  pump.add(1_000_000, drain)
  await new Promise(setImmediate)
  assert.deepEqual(waits.map(({ descriptor }) => descriptor), [1_000_000, 1_000_000])
  pump.add(1_000_000, drain)
  await new Promise(setImmediate)
  assert.equal(waits.length, 2, 'one that is waited for begins no other wait')
  await end()
  assert.equal(waits.length, 2, 'nobody is busy')
})

// The package in a folder of its own, of any version.
async function copyOf(context, version) {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-copy-'))
  context.after(() => rmSync(folder, { recursive: true }))
  for (const name of ['index.js', 'index.cjs', 'lib']) cpSync(join(here, '..', name), join(folder, name), { recursive: true })
  const description = JSON.parse(readFileSync(join(here, '../package.json')))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...description, version: version ?? description.version }))
  symlinkSync(join(here, '../node_modules'), join(folder, 'node_modules'))
  return { folder, ...(await import(pathToFileURL(join(folder, 'index.js')))) }
}

const nativeOf = ({ folder }) => createRequire(import.meta.url)(join(folder, 'lib/native.cjs')).native()

test('two copies of the package share one library', { timeout: 60_000 }, async (t) => {
  const other = await copyOf(t)
  assert.notEqual(other.Runtime, Runtime)
  const [ours, theirs] = [await open(t), await other.Runtime.open()]
  assert.equal(nativeOf(other), native())
  const file = await picture(ours, 20, 10)
  const [one, two] = await Promise.all([ours.images.inspect(file), theirs.images.inspect(file)])
  assert.deepEqual(one, two)
  await assert.rejects(theirs.jobs.get('none'), other.NotFoundError)
  await theirs.close()
})

test('a copy of another version has its own border to the library', { timeout: 60_000 }, async (t) => {
  const other = await copyOf(t, '0.0.1')
  process.env.IMAGEGEN_LIBRARY ??= createRequire(import.meta.url)('../lib/library.cjs').findLibrary()
  const [ours, theirs] = [await open(t), await other.Runtime.open()]
  assert.notEqual(nativeOf(other), native())
  assert.deepEqual(await Promise.all([ours.store.url('k'), theirs.store.url('k')]), ['memory:k', 'memory:k'])
  await theirs.close()
})
