// Every example of examples/node is run; the backend is asked over real HTTP.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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

const pack = `${root}/examples/packs/wi-greeting-cards.json`

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

const ask = async (url, id, body, token = 'token-of-ops') => {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  const response = await fetch(`${url}/api/work-items/${id}/generate-lifestyle-heroes`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

test('06_express answers as lifestyle heroes say', { timeout: 120_000 }, async (t) => {
  const { url, child, ended } = await server(t)
  const done = await ask(url, 'wi-1', {})
  assert.deepEqual([done.status, done.body.ok, done.body.generated.length], [200, true, 9])
  const planned = await ask(url, 'wi-1', { dryRun: true, shotIds: ['OL-1'], overwrite: true })
  assert.deepEqual([planned.status, planned.body.dryRun, planned.body.generated.length], [200, true, 3])

  assert.deepEqual(await ask(url, 'wi-1', {}, null), { status: 401, body: { ok: false, error: 'UNAUTHENTICATED' } })
  assert.deepEqual(await ask(url, 'wi-1', {}, 'wrong'), { status: 401, body: { ok: false, error: 'UNAUTHENTICATED' } })
  assert.deepEqual(await ask(url, 'wi-1', {}, 'token-of-sales'), { status: 403, body: { ok: false, error: 'FORBIDDEN' } })
  assert.deepEqual(await ask(url, 'wi-none', {}), { status: 404, body: { ok: false, error: 'LIFESTYLE_PACK_NOT_FOUND' } })

  for (const [id, body] of [['wi-1', { shotIds: [''] }], ['wi-1', { dryRun: 'yes' }], ['wi-1', { budget: 1 }], ['wi-1', 'no JSON'], ['wi-bad', {}], ['..%2Fsecret', {}], ['wi%00', {}]]) {
    const { status, body: answer } = await ask(url, id, body)
    assert.deepEqual([status, answer.ok, answer.error], [400, false, 'INVALID_REQUEST'], `${id} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`)
  }
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})

test('06_express: a client that leaves cancels', { timeout: 120_000 }, async (t) => {
  const { url, cwd, output, child, ended } = await server(t)
  const request = httpRequest(`${url}/api/work-items/wi-large/generate-lifestyle-heroes`, { method: 'POST', headers: { authorization: 'Bearer token-of-ops' } })
  request.on('error', () => {})
  request.end()
  await until(() => existsSync(join(cwd, 'out/masters')), 'the first picture')
  request.destroy()
  await until(() => output.text.includes('the client left: CANCELLED'), `the cancellation (${output.text})`)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})
