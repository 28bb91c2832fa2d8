// Every example of examples/node is run; the backend is asked over real HTTP.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { ImagegenError, httpHandler } from 'imagegen'
import { exampleOf, open, picture, root, run, smallPack, until } from './support.mjs'

// The examples read the environment: none of the machine's own.
for (const name of ['OPENAI_API_KEY', 'IMAGEGEN_PROVIDER', 'IMAGEGEN_STORE', 'IMAGEGEN_STATE', 'IMAGEGEN_ENHANCER']) delete process.env[name]

function folderOf(context) {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-example-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function example(context, name, ...args) {
  const cwd = folderOf(context)
  const { code, stdout, stderr } = await run(exampleOf(name), args.map((arg) => arg.replace('FOLDER', cwd)), { cwd })
  assert.equal(code, 0, stdout + stderr)
  return { cwd, stdout }
}

const pack = `${root}/examples/lifestyle-packs/wi-greeting-cards.json`

test('01_heroes', { timeout: 120_000 }, async (t) => {
  const { cwd, stdout } = await example(t, '01_heroes.mjs', pack)
  assert.match(stdout, /9\/9/)
  assert.ok(existsSync(join(cwd, 'out/fcc/lifestyle/OL-3_Mobile_800x1000.webp')), stdout)
})

test('02_render', { timeout: 60_000 }, async (t) => {
  const { cwd, stdout } = await example(t, '02_render.mjs', `${root}/docs/contact-sheet.jpg`, 'FOLDER')
  for (const name of ['1200x400.webp', '400x500.jpeg']) assert.ok(existsSync(join(cwd, name)), stdout)
})

test('03_prompt_job', { timeout: 60_000 }, async (t) => {
  const { stdout } = await example(t, '03_prompt_job.mjs', 'a red boat on a lake')
  assert.match(stdout, /DONE/)
  assert.match(stdout, /2 pictures in the ledger/)
})

test('04_custom_store', { timeout: 120_000 }, async (t) => {
  const { cwd, stdout } = await example(t, '04_custom_store.mjs', pack, 'FOLDER')
  assert.match(stdout, /https:\/\/cdn\.example\.com\/fcc\/lifestyle\/OL-1_Desktop_1920x800\.webp/)
  assert.ok(existsSync(join(cwd, 'fcc/lifestyle/OL-1_Desktop_1920x800.webp')))
})

test('07_masks', { timeout: 60_000 }, async (t) => {
  const { cwd, stdout } = await example(t, '07_masks.mjs', `${root}/docs/contact-sheet.jpg`, 'FOLDER')
  for (const name of ['mask.png', 'result.png', 'canvas.png', 'canvas-mask.png']) assert.ok(existsSync(join(cwd, name)), stdout)
})

test('05_custom_provider', { timeout: 60_000 }, async (t) => {
  const runtime = await open(t)
  const base64 = (await picture(runtime, 1024, 1024)).toString('base64')
  const asked = []
  const service = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text) => asked.push(JSON.parse(text)))
    request.on('end', () => response.end(JSON.stringify({ images: [{ base64, prompt: 'better' }] })))
  })
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve))
  t.after(() => service.close())
  const { stdout } = await example(t, '05_custom_provider.mjs', `http://127.0.0.1:${service.address().port}`)
  assert.match(stdout, /DONE/)
  assert.equal(asked[0].prompt, 'A red boat on a lake.')
})

// ------------------------------------------------------------------------------------------------ the backend

async function server(context) {
  const cwd = folderOf(context)
  writeFileSync(join(cwd, 'wi-1.json'), JSON.stringify(smallPack()))
  writeFileSync(join(cwd, 'wi-large.json'), JSON.stringify(largePack()))
  writeFileSync(join(cwd, 'wi-bad.json'), '{"export_plan": 5}')
  const child = spawn(process.execPath, [exampleOf('06_express/server.mjs')], { cwd, env: { ...process.env, PORT: '0', PACKS: cwd } })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output.text += text))
  const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)))
  context.after(async () => { child.kill('SIGKILL'); await ended })
  await until(() => /http:\/\//.test(output.text) || child.exitCode !== null, 'the server')
  assert.equal(child.exitCode, null, output.text)
  return { url: output.text.match(/http:\S+/)[0], cwd, output, child, ended }
}

// So many pictures that a client can leave before all are made.
function largePack() {
  const made = smallPack()
  const shots = Array.from({ length: 40 }, (_, index) => `S-${index}`)
  const [row] = made.export_plan
  const [board] = made.shot_boards
  return {
    ...made,
    export_plan: shots.map((shot) => ({ ...row, shot_id: shot, filename: `large/${shot}.webp`, width: 3000, height: 2000 })),
    shot_boards: shots.map((shot) => ({ ...board, shot_id: shot })),
  }
}

const heroes = (id) => `/api/work-items/${id}/generate-lifestyle-heroes`

const ask = async (url, method, path, body, token = 'token-of-ann') => {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const response = await fetch(url + path, { method, headers, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body) })
  assert.equal(response.headers.get('content-type').split(';')[0], 'application/json')
  return { status: response.status, body: await response.json(), headers: response.headers }
}

test('06_express makes heroes', { timeout: 120_000 }, async (t) => {
  const { url, child, ended } = await server(t)
  assert.deepEqual((await ask(url, 'GET', '/health')).body, { ok: true })
  const done = await ask(url, 'POST', heroes('wi-1'))
  assert.deepEqual([done.status, done.body.ok, done.body.generated.length], [200, true, 9])
  assert.equal(done.headers.get('cache-control'), 'no-store')
  const planned = await ask(url, 'POST', heroes('wi-1'), { dryRun: true, shotIds: ['OL-1'], overwrite: true })
  assert.deepEqual([planned.status, planned.body.dryRun, planned.body.generated.length], [200, true, 3])
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

test('06_express refuses', { timeout: 120_000 }, async (t) => {
  const { url } = await server(t)
  for (const [status, error, method, path, body, token] of [
    [401, 'UNAUTHENTICATED', 'POST', heroes('wi-1'), {}, null],
    [401, 'UNAUTHENTICATED', 'POST', heroes('wi-1'), {}, 'wrong'],
    [403, 'FORBIDDEN', 'POST', heroes('wi-1'), {}, 'token-of-bob'],
    [404, 'LIFESTYLE_PACK_NOT_FOUND', 'POST', heroes('wi-none')],
    [405, 'METHOD_NOT_ALLOWED', 'GET', heroes('wi-1')],
    [404, 'NOT_FOUND', 'GET', '/api/nothing'],
    [413, 'LIMIT_EXCEEDED', 'POST', heroes('wi-1'), '['.repeat(2_000_000)],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi-1'), { shotIds: [''] }],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi-1'), { dryRun: 'yes' }],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi-1'), { budget: 1 }],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi-1'), 'no JSON'],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi-bad'), {}],
    [400, 'INVALID_REQUEST', 'POST', heroes('..%2Fsecret'), {}],
    [400, 'INVALID_REQUEST', 'POST', heroes('wi%00'), {}],
  ]) {
    const answer = await ask(url, method, path, body, token)
    assert.deepEqual([answer.status, answer.body.ok, answer.body.error], [status, false, error], `${path}: ${JSON.stringify(answer.body)}`)
  }
})

test('06_express has prompt jobs', { timeout: 120_000 }, async (t) => {
  const { url, cwd } = await server(t)
  const { status, body: queued } = await ask(url, 'POST', '/image/execute-prompt', { intent: 'hero', rawPrompt: 'cat', finalPrompt: 'A cat.' })
  assert.deepEqual([status, queued.status], [202, 'QUEUED'])
  const path = `/api/admin/image/job-status/${queued.jobId}`
  const { body: other } = await ask(url, 'GET', path, undefined, 'token-of-bob')
  assert.equal(other.error.code, 'JOB_NOT_FOUND')
  const worker = await open(t, { config: { store: `file:${cwd}/out`, state: `sqlite:${cwd}/imagegen.db` } })
  await worker.worker.run({ untilIdle: true })
  assert.equal((await ask(url, 'GET', path)).body.status, 'DONE')
  const listed = await ask(url, 'GET', '/image/job-list?limit=1&state=succeeded')
  assert.deepEqual(listed.body.jobs.map(({ jobId }) => jobId), [queued.jobId])
})

test('06_express: a client that leaves cancels', { timeout: 120_000 }, async (t) => {
  const { url, cwd, output, child, ended } = await server(t)
  const request = httpRequest(`${url}${heroes('wi-large')}`, { method: 'POST', headers: { authorization: 'Bearer token-of-ann' } })
  request.on('error', () => {})
  request.end()
  await until(() => existsSync(join(cwd, 'out/masters')), 'the first picture')
  request.destroy()
  await until(() => output.text.includes('the client left: CANCELLED'), `the cancellation (${output.text})`)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

// ------------------------------------------------------------------------------------------ the handler itself

async function handled(context, runtime, options, { parsed } = {}) {
  const handler = httpHandler(runtime, options)
  const service = createServer((request, response) => {
    if (parsed !== undefined) request.body = parsed // as a body parser leaves it
    handler(request, response)
  })
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve))
  context.after(() => service.close())
  return `http://127.0.0.1:${service.address().port}`
}

test('httpHandler tells the cause to the host alone', async (t) => {
  const runtime = await open(t, { config: { state: 'sqlite:/missing/folder/x.db' } })
  const told = []
  const url = await handled(t, runtime, { identify: async ({ headers }) => ({ user: headers['x-user'] ?? 'ann' }), onError: (error) => told.push(error) })
  const response = await fetch(`${url}/image/job-list`)
  const text = await response.text()
  assert.ok(response.status >= 500)
  assert.doesNotMatch(text, /missing/)
  assert.ok(told[0] instanceof ImagegenError)
  assert.ok(text.includes(told[0].incident), text)
  assert.match(told[0].message, /missing/)
})

test('httpHandler answers when the host cannot say who asks', async (t) => {
  const runtime = await open(t)
  const told = []
  const url = await handled(t, runtime, { identify: () => { throw new Error('the session store is away') }, onError: (error) => told.push(error.message) })
  const response = await fetch(`${url}/image/job-list`)
  assert.deepEqual([response.status, (await response.json()).error, told], [500, 'INTERNAL_ERROR', ['the session store is away']])
})

test('httpHandler takes what a body parser has left', async (t) => {
  const runtime = await open(t)
  const identify = () => ({ user: 'ann' })
  for (const parsed of [{ intent: 'a' }, '{"intent": "a"}', Buffer.from('{"intent": "a"}')]) {
    const url = await handled(t, runtime, { identify }, { parsed })
    const { error } = await (await fetch(`${url}/image/enhance-prompt`, { method: 'POST' })).json()
    assert.match(error.message, /^prompt: /)
  }
})

test('httpHandler takes what express.json has unpacked, and reads what it has left alone', async (t) => {
  const runtime = await open(t)
  const app = express()
  app.use(express.json(), (request, response, next) => { request.body ??= {}; next() }) // as Express 4 leaves it
  app.use(httpHandler(runtime, { identify: () => ({ user: 'ann' }) }))
  const service = app.listen(0, '127.0.0.1')
  await once(service, 'listening')
  t.after(() => service.close())
  const told = async (type, encoding) => {
    const body = encoding ? gzipSync('{"intent": "a"}') : '{"intent": "a"}'
    const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }
    const response = await fetch(`http://127.0.0.1:${service.address().port}/image/enhance-prompt`, { method: 'POST', headers, body })
    return `${response.status} ${(await response.json()).error.message}`
  }
  assert.match(await told('application/json', 'gzip'), /^400 prompt: /)
  assert.match(await told('text/plain'), /^400 prompt: /)
  assert.match(await told('text/plain', 'gzip'), /^415 /)
})

test('httpHandler does nothing for a client that had left before', async (t) => {
  const runtime = await open(t)
  let asked = 0
  const handler = httpHandler(runtime, { identify: () => (++asked, { user: 'ann' }) })
  let client
  const service = createServer()
  const handled = once(service, 'request').then(async ([request, response]) => {
    request.body = { intent: 'hero', rawPrompt: 'a cat', finalPrompt: 'A cat' }
    client.destroy()
    await once(response, 'close')
    return handler(request, response)
  })
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  t.after(() => service.close())
  client = httpRequest({ port: service.address().port, path: '/image/execute-prompt', method: 'POST' })
  client.on('error', () => {})
  client.end()
  await handled
  assert.deepEqual([asked, (await runtime.prompts.list()).jobs], [0, []])
})
