// Wrong arguments are this package's errors, found before anything native is called.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { InvalidArgumentError, Runtime } from 'imagegen'
import { native, open } from './support.mjs'

const check = createRequire(import.meta.url)('../lib/check.cjs')
const refused = (work, message) => assert.rejects(async () => await work(), (error) => {
  assert.ok(error instanceof InvalidArgumentError, `${error}`)
  assert.match(error.message, message)
  assert.equal(error.httpStatus, 400)
  return true
})

// The native object with a `start` that must not be reached.
async function withoutNative(context) {
  const runtime = await open(context)
  const { start } = native()
  native().start = () => assert.fail('something native was called')
  context.after(() => (native().start = start))
  return runtime
}

test('an operation is a string that C can hold', async (t) => {
  const runtime = await withoutNative(t)
  for (const wrong of [undefined, null, 1, 2 ** 53, NaN, {}, [], true, Symbol('x'), 1n]) await refused(() => runtime.call(wrong), /^operation: expected a string, got /)
  await refused(() => runtime.call('heroes\0generate'), /^operation: expected text without NUL/)
  await refused(() => runtime.call('heroes\ud800'), /^operation: expected well-formed text/)
})

test('a request is a document, and a fault in it has its path', async (t) => {
  const runtime = await withoutNative(t)
  for (const wrong of [null, 1, 'text', [], () => {}, true]) await refused(() => runtime.call('heroes.generate', wrong), /^request: expected an object/)
  await refused(() => runtime.call('x', { a: { b: [1, NaN] } }), /^request\.a\.b\[1\]: expected a finite number, got NaN/)
  await refused(() => runtime.call('x', { a: -Infinity }), /^request\.a: expected a finite number/)
  await refused(() => runtime.call('x', { a: 'x\udc00' }), /^request\.a: expected well-formed text/)
  await refused(() => runtime.call('x', { a: 'x\0' }), /^request\.a: expected text without NUL/)
  await refused(() => runtime.call('x', { 'k\0': 1 }), /^request: a name of a field: expected text without NUL/)
  await refused(() => runtime.call('x', { a: () => {} }), /^request\.a: expected a value that JSON has, got a function/)
  await refused(() => runtime.call('x', { a: Buffer.alloc(1) }), /^request\.a: expected a value that JSON has, got an object of Buffer/)
  const cycle = {}
  cycle.self = cycle
  await refused(() => runtime.call('x', cycle), /expected at most 200 levels, got a cycle or more/)
})

test('inputs are bytes', async (t) => {
  const runtime = await withoutNative(t)
  for (const wrong of ['text', 1, null, {}, [1], undefined]) await refused(() => runtime.images.inspect(wrong), /^inputs\[0\]: expected a Buffer/)
  await refused(() => runtime.call('images.inspect', {}, { inputs: Buffer.alloc(1) }), /^options\.inputs: expected an array of Buffers/)
  await refused(() => runtime.call('images.inspect', {}, { inputs: [], lend: 1 }), /^options\.lend: expected true or false, got 1/)
})

test('options are known and of their types', async (t) => {
  const runtime = await withoutNative(t)
  await refused(() => runtime.call('x', {}, { onprogress() {} }), /^options\.onprogress: expected one of signal, drain, onProgress/)
  await refused(() => runtime.call('x', {}, { signal: {} }), /^options\.signal: expected an AbortSignal/)
  await refused(() => runtime.call('x', {}, { onProgress: 1 }), /^options\.onProgress: expected a function, got 1/)
  await refused(() => runtime.call('x', {}, null), /^options: expected an object, got null/)
  await refused(() => runtime.images.render(Buffer.alloc(1), 5), /^renditions: expected an array, got 5/)
  for (const wrong of [undefined, 1, 1.5, -1, null]) await refused(() => runtime.jobs.get(wrong), /^id: expected a string/)
})

test('a runtime is opened with what it knows', async () => {
  await refused(() => Runtime.open({ providers: {} }), /^options\.providers: expected one of config, environment, overrides, provider/)
  await refused(() => Runtime.open(null), /^options: expected an object/)
  await refused(() => Runtime.open({ config: '{}' }), /^config: expected an object, got a string/)
  await refused(() => Runtime.open({ config: { store: 'file:\0' } }), /^config\.store: expected text without NUL/)
  await refused(() => Runtime.open({ environment: 'yes' }), /^environment: expected true or false/)
  await refused(() => Runtime.open({ store: { put() {} } }), /^store\.get: expected a method, got nothing/)
  await refused(() => Runtime.open({ enhancer: () => {} }), /^enhancer: expected an object with methods/)
  await refused(() => Runtime.open({ events: { deliver() {}, capability: 5 } }), /^events\.capability: expected an object, got 5/)
})

test('documents keep what JSON has, and 64 bits as text', () => {
  const document = JSON.parse('{"__proto__": {"a": 1}, "n": null, "deep": [[{"x": "\u00e4\ud83d\ude00"}]]}')
  assert.equal(check.writeDocument(document, 'request'), JSON.stringify(document))
  assert.equal(check.writeDocument({ seed: 2n ** 63n, when: new Date(0), gone: undefined, list: [undefined] }, 'request'),
    '{"seed":"9223372036854775808","when":"1970-01-01T00:00:00.000Z","list":[null]}')
})

test('well-formed text is told from other text where the engine cannot', () => {
  const { isWellFormed } = String.prototype
  delete String.prototype.isWellFormed
  try {
    assert.equal(check.checkString('a\ud83d\ude00', 'x'), 'a\ud83d\ude00')
    for (const wrong of ['\ud800', 'a\udc00', '\udc00\ud800']) assert.throws(() => check.checkString(wrong, 'x'), InvalidArgumentError)
  } finally {
    if (isWellFormed) Object.defineProperty(String.prototype, 'isWellFormed', { value: isWellFormed, configurable: true, writable: true })
  }
})

test('bytes are taken where they are, with their offsets', () => {
  const memory = new ArrayBuffer(16)
  const views = [new Uint16Array(memory, 4, 2), new DataView(memory, 4, 4), Buffer.from(memory, 4, 4), new Uint8Array(memory).subarray(4, 8)]
  for (const view of views) {
    const { buffer, byteOffset, byteLength } = check.checkBytes(view, 'x')
    assert.deepEqual([buffer === memory, byteOffset, byteLength], [true, 4, 4])
  }
  assert.equal(check.checkBytes(new SharedArrayBuffer(3), 'x').byteLength, 3)
})
