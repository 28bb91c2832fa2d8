// A host in Node. See wire.hpp for what it speaks.
import { ImagegenError, Runtime } from '../../bindings/node/index.js'

const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const turn = () => new Promise(setImmediate)
const failure = (code, message) => Object.assign(new Error(message), { code })

/** What the error says, and nothing that it does not. */
function documentOf(error) {
  if (!(error instanceof ImagegenError)) return { code: 'NO_IMAGEGEN_ERROR', message: String(error?.stack ?? error) }
  const { code, status, message, retryable, retryAfterMs, spent, httpStatus, body, faults, delivery, providerText } = error
  return { code, status, message, retryable, retryAfterMs, spent, httpStatus, body, faults, delivery, providerText }
}

// ---------------------------------------------------------------------------------------- parts of the host

class Store {
  #objects = new Map()
  #puts = 0

  constructor(capability) {
    this.capability = capability
  }

  put(key, data, { onlyIfAbsent, contentType }) {
    if (onlyIfAbsent && this.#objects.has(key)) throw failure('ALREADY_EXISTS', key)
    const info = { key, sizeBytes: data.length, etag: `e-${++this.#puts}`, contentType }
    this.#objects.set(key, { data: Buffer.from(data), info })
    return info
  }

  get(key) {
    return this.#objects.get(key)?.data
  }

  head(key) {
    return this.#objects.get(key)?.info
  }

  remove(key) {
    this.#objects.delete(key)
  }

  list({ prefix, limit, after }) {
    const order = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && order(key, after) > 0).sort(order)
    return keys.slice(0, limit).map((key) => this.#objects.get(key).info)
  }
}

class Provider {
  submits = 0
  hold = false
  error = null

  constructor(capability, picture) {
    this.capability = capability
    this.picture = picture
  }

  submit({ prompt, count }) {
    ++this.submits
    if (this.hold) {
      this.hold = false
      return new Promise(() => {})
    }
    if (this.error) {
      const { error } = this
      this.error = null
      throw error
    }
    if (prompt === 'as a task') return { task: { id: (this.task = `t-${this.submits}`) } }
    return { images: Array.from({ length: count }, () => ({ data: this.picture })), requestId: 'r-1' }
  }

  resume(task) {
    if (task.id !== this.task) throw failure('NOT_FOUND', 'no task of this provider')
    return { images: [{ data: this.picture }] }
  }

  cancel(task) {
    if (task.id === this.task) this.task = undefined
  }
}

class Assets {
  #assets = new Map()

  put(asset) {
    this.#assets.set(asset.id, asset)
  }

  find(id) {
    return this.#assets.get(id)
  }

  remove(id) {
    this.#assets.delete(id)
  }

  list({ after, limit, ...wanted }) {
    const place = /^(-?\d+)-([A-Za-z0-9._-]+)$/.exec(after)
    if (after && !place) throw failure('INVALID_ARGUMENT', 'after: no place')
    const later = (a, b) => b.created - a.created || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
    const last = place && { created: Number(place[1]), id: place[2] }
    const found = [...this.#assets.values()]
      .filter((asset) => Object.entries(wanted).every(([name, value]) => asset[name] === value))
      .filter((asset) => !last || later(asset, last) > 0)
      .sort(later)
    const assets = found.slice(0, limit)
    const end = assets.at(-1)
    return { assets, next: found.length > limit ? `${end.created}-${end.id}` : '' }
  }
}

/** The same part with async methods. */
function later(part) {
  const made = Object.create(part)
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(part))) {
    if (name === 'constructor') continue
    made[name] = async (...given) => {
      await turn()
      return part[name](...given)
    }
  }
  return made
}

const classes = { store: Store, provider: Provider, assets: Assets }

// ---------------------------------------------------------------------------------------- runtimes

const hosts = new Map()

async function open({ runtime: number, manner, config, parts, picture }) {
  const made = {}
  const given = {}
  for (const [kind, capability] of Object.entries(parts)) {
    made[kind] = new classes[kind](capability, Buffer.from(picture, 'base64'))
    given[kind] = manner === 'plain' ? made[kind] : later(made[kind])
  }
  const runtime = await Runtime.open({ config, ...given })
  hosts.set(number, { runtime, parts: made, calls: new Map() })
}

// Every second call is cancelled by its signal, the others by their method.
async function call({ id, operation, request, inputs }, { runtime, calls }) {
  const controller = new AbortController()
  const options = { inputs: inputs.map((file) => Buffer.from(file, 'base64')), onProgress: (progress) => write({ id, progress }), lend: id % 3 === 0 }
  const started = runtime.call(operation, request, id % 2 ? { ...options, signal: controller.signal } : options)
  calls.set(id, () => (id % 2 ? controller.abort() : started.cancel()))
  try {
    const { result, files } = await started
    write({ id, result, files: files.map((file) => file.toString('base64')) })
  } catch (error) {
    write({ id, error: documentOf(started.failure ?? error) })
  } finally {
    calls.delete(id)
  }
}

async function close({ runtime: number }) {
  const { runtime } = hosts.get(number)
  hosts.delete(number)
  await runtime.close()
}

const actions = {
  open,
  close,
  hold: ({ runtime }) => void (hosts.get(runtime).parts.provider.hold = true),
  fail: ({ runtime, error: { code, message, ...more } }) => void (hosts.get(runtime).parts.provider.error = Object.assign(failure(code, message), more)),
  asked: ({ runtime }) => ({ submits: hosts.get(runtime).parts.provider.submits }),
}

async function take(line) {
  if (line.do === 'cancel') return hosts.forEach(({ calls }) => calls.get(line.call)?.())
  if (line.do === 'call') return call(line, hosts.get(line.runtime))
  try {
    write({ id: line.id, result: (await actions[line.do](line)) ?? {} })
  } catch (error) {
    write({ id: line.id, error: documentOf(error) })
  }
}

let rest = []
process.stdin.on('data', (chunk) => {
  let begin = 0
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
    const line = Buffer.concat([...rest, chunk.subarray(begin, end)])
    rest = []
    begin = end + 1
    void take(JSON.parse(line.toString()))
  }
  if (begin < chunk.length) rest.push(chunk.subarray(begin))
})
process.stdin.on('end', () => [...hosts.keys()].forEach((runtime) => void close({ runtime })))
write({ ready: true })
