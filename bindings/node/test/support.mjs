// What the tests have in common.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Runtime, liveHandles } from 'imagegen'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const here = fileURLToPath(new URL('.', import.meta.url))
export const exampleOf = (name) => `${root}/examples/node/${name}`

/** The object that is the border to C, for tests that look what goes over it. */
export const { native } = createRequire(import.meta.url)('../lib/native.cjs')

export const pack = () => JSON.parse(readFileSync(`${root}/examples/lifestyle-packs/wi-greeting-cards.json`, 'utf8'))

/** The pack with its files in smaller sizes, where the test is not about pictures. */
export function smallPack() {
  const made = pack()
  for (const row of made.export_plan) {
    row.width = Math.round(row.width / 20)
    row.height = Math.round(row.height / 20)
  }
  return made
}

/** A runtime that the test closes when it ends. */
export async function open(context, options = {}) {
  const runtime = await Runtime.open(options)
  context.after(() => runtime.close())
  return runtime
}

/** A picture with something in it. */
export async function picture(runtime, width = 320, height = 200, format = 'png') {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) data.set([(x * 255) / width, (y * 255) / height, (x ^ y) & 255], (y * width + x) * 3)
  }
  const { data: made } = await runtime.images.encode({ data, width, height, channels: 3 }, { format })
  return Buffer.from(made) // so that tests which count handles need not count this one
}

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** A store in memory that counts. */
export class MemoryStore {
  capability = { name: 'mine', keepsContentType: true }
  objects = new Map()
  asked = []

  async put(key, data, { onlyIfAbsent, contentType }) {
    this.asked.push(`put ${key}`)
    if (onlyIfAbsent && this.objects.has(key)) throw Object.assign(new Error(`${key} is taken`), { code: 'ALREADY_EXISTS' })
    const etag = createHash('sha256').update(data).digest('hex')
    this.objects.set(key, { data: Buffer.from(data), contentType, etag })
    return this.#info(key)
  }

  async get(key) {
    this.asked.push(`get ${key}`)
    return this.objects.get(key)?.data
  }

  async head(key) {
    return this.objects.has(key) ? this.#info(key) : null
  }

  async remove(key) {
    this.objects.delete(key)
  }

  async list({ prefix, limit, after }) {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0).sort(byBytes)
    return keys.slice(0, limit).map((key) => ({ key, ...this.#info(key) }))
  }

  #info(key) {
    const { data, contentType, etag } = this.objects.get(key)
    return { sizeBytes: data.length, contentType, etag }
  }
}

export const capability = { provider: 'house', model: 'house-1', paid: false, sizes: { fixed: [[64, 64]] } }

/** A provider that does as the test says. */
export function providerOf(submit, more = {}) {
  return { capability: { ...capability, ...more }, submit, resume: async () => { throw new Error('no tasks here') } }
}

export const submission = { outsideTheLedger: true, prompt: 'a boat', width: 64, height: 64 }

/** Numbers from 0 to 1 that look random, the same ones for each seed. */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Waits until `ready` says so, for 20 s at most. */
export async function until(ready, what = 'something') {
  const end = Date.now() + 20_000
  while (!ready()) {
    if (Date.now() > end) throw new Error(`${what} has not happened`)
    await new Promise((resume) => setTimeout(resume, 5))
  }
}

/** How many handles there are when all that can be collected has been. */
export async function settled() {
  for (let round = 0; round < 10; ++round) {
    globalThis.gc()
    await new Promise((resume) => setTimeout(resume, 5))
  }
  return liveHandles()
}

/** Collects until the library holds no more handles than `count`. */
export async function collected(count) {
  await until(() => {
    globalThis.gc()
    return liveHandles() <= count
  }, `the end of all but ${count} handles`)
}

/** A child process: {code, signal, stdout, stderr, ms}. It is killed after a minute. */
export function run(file, args = [], { env = {}, nodeArgs = [], cwd, onOutput } = {}) {
  const began = Date.now()
  const child = spawn(process.execPath, [...nodeArgs, file, ...args], { env: { ...process.env, ...env }, cwd })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
      onOutput?.(child, output)
    })
  }
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(late)
      resolve({ code, signal, ms: Date.now() - began, ...output })
    })
  })
}
