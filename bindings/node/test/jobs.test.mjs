// Prompt jobs, the worker, the ledger and the records, on SQLite and in memory.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CancelledError, ConflictError, ImagegenError, NotFoundError } from 'imagegen'
import { MemoryStore, open, picture, providerOf, until } from './support.mjs'

const wanted = { intent: 'hero image', rawPrompt: 'a boat', finalPrompt: 'A red boat on a lake.', imageCount: 2, owner: 'u-1' }

function folderOf(context) {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-jobs-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a prompt is enhanced, approved, queued, worked on and found', { timeout: 60_000 }, async (t) => {
  const folder = folderOf(t)
  const runtime = await open(t, { config: { store: `file:${folder}/out`, state: `sqlite:${folder}/state.db`, prompts: { width: 256, height: 256 } } })
  const { finalPrompt, estimates } = await runtime.prompts.enhance({ intent: wanted.intent, prompt: wanted.rawPrompt })
  assert.ok(finalPrompt.length > 0 && estimates.length === 5)
  const { jobId, status } = await runtime.prompts.execute(wanted)
  assert.equal(status, 'QUEUED')
  await runtime.worker.run({ untilIdle: true })
  const job = await runtime.prompts.get(jobId)
  assert.deepEqual([job.status, job.cdnUrls.length, job.finalPrompt], ['DONE', 2, wanted.finalPrompt])
  assert.equal((await runtime.jobs.get(jobId)).state, 'succeeded')
  const { events, intact } = await runtime.jobs.events(jobId)
  assert.ok(events.length > 3 && intact)
  const audit = await runtime.jobs.audit(jobId)
  assert.deepEqual([audit.intact, audit.events.length, audit.purchases.length], [true, events.length, 2])
  const { sum, csv } = await runtime.spend.export({ jobId })
  assert.deepEqual([sum.images, csv.trim().split('\r\n').length], [2, 3])
  assert.equal((await runtime.jobs.replay(jobId)).same, true)
  assert.equal((await runtime.prompts.list({ owner: 'u-1' })).jobs.length, 1)
  assert.equal((await runtime.jobs.list({ state: 'succeeded', limit: 10 })).jobs.length, 1)
  const { purchases } = await runtime.spend.list({ jobId })
  assert.equal(purchases.length, 2)
  assert.equal(await runtime.spend.used('total'), 0)
  const { assets } = await runtime.assets.list({ jobId })
  assert.equal(assets.length, 2)
  assert.equal((await runtime.store.get(assets[0].objectKey)).length, assets[0].sizeBytes)
})

test('a worker runs until it is aborted', { timeout: 30_000 }, async (t) => {
  const runtime = await open(t)
  const abort = new AbortController()
  const working = runtime.worker.run({ concurrency: 2, signal: abort.signal })
  const { jobId } = await runtime.prompts.execute({ ...wanted, imageCount: 1 })
  while ((await runtime.prompts.get(jobId)).status !== 'DONE') await new Promise((resume) => setTimeout(resume, 20))
  assert.equal(working.state, 'running')
  abort.abort()
  await assert.rejects(working, (error) => error === abort.signal.reason)
  assert.ok(working.failure instanceof CancelledError, `${working.failure}`)
})

for (const how of ['drain()', 'a signal']) {
  test(`a worker that is drained by ${how} finishes the two that run and leaves the third`, { timeout: 30_000 }, async (t) => {
    const asked = []
    const provider = providerOf(() => new Promise((answer) => asked.push(answer)))
    const runtime = await open(t, { config: { worker: { pollMs: 20 } }, provider })
    for (let job = 0; job < 3; ++job) await runtime.prompts.execute({ ...wanted, imageCount: 1 })
    const drain = new AbortController()
    const working = runtime.worker.run({ concurrency: 2, drain: drain.signal })
    await until(() => asked.length === 2, 'two pictures are asked for')
    if (how === 'drain()') working.drain()
    else drain.abort()
    const file = await picture(runtime, 64, 64)
    for (const answer of asked) answer({ images: [{ data: file }] })
    const { drained, jobs, succeeded } = await working
    assert.deepEqual({ drained, jobs, succeeded, asked: asked.length }, { drained: true, jobs: 2, succeeded: 2, asked: 2 })
    assert.equal((await runtime.jobs.list({ state: 'queued' })).jobs.length, 1)
    working.drain() // one that has ended is fine
  })
}

test('what does not know how to drain is cancelled, and one that was drained before does nothing', { timeout: 30_000 }, async (t) => {
  const store = new MemoryStore()
  let asked = false
  store.get = () => new Promise(() => (asked = true))
  const runtime = await open(t, { store })
  const call = runtime.store.get('a')
  await until(() => asked, 'the store is asked')
  call.drain()
  await assert.rejects(call, CancelledError)
  assert.equal((await runtime.worker.run({ drain: AbortSignal.abort() })).jobs, 0)
  await assert.rejects(runtime.describe({ drain: 5 }), { name: /InvalidArgument|TypeError/ })
})

test('jobs are cancelled and queued again', async (t) => {
  const runtime = await open(t)
  const { jobId } = await runtime.prompts.execute(wanted)
  assert.equal((await runtime.jobs.cancel(jobId)).state, 'cancelled')
  assert.equal((await runtime.jobs.retry(jobId)).state, 'queued')
  await assert.rejects(runtime.prompts.retry(jobId), (error) => error instanceof ConflictError && error.httpStatus === 409)
  await assert.rejects(runtime.jobs.cancel('imgjob_none'), NotFoundError)
  for (const call of [runtime.prompts.get, runtime.prompts.retry, runtime.prompts.cancel, runtime.jobs.get, runtime.jobs.events])
    await assert.rejects(call(jobId, { owner: 'somebody else' }), NotFoundError)
  assert.deepEqual((await runtime.spend.spool()).pictures, [])
  await assert.rejects(runtime.prompts.execute({ intent: 'x' }), (error) => error instanceof ImagegenError && error.httpStatus === 400)
})
