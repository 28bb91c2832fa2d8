'use strict'
// Parts that the host makes: its methods are called with ordinary arguments, and what they return or throw is answered.
// docs/host-parts.md has the documents behind it.

const { checkBytes, checkObject, isBytes, toAnswer, writeDocument } = require('./check.cjs')
const { BadAnswerError, InvalidArgumentError, NotFoundError } = require('./errors.cjs').statusClasses

const asBytes = (value, name) => {
  if (!isBytes(value)) throw new BadAnswerError(`${name}: expected bytes, got ${value === null ? 'null' : typeof value}`)
  return checkBytes(value, name)
}

const found = (value, name) => {
  if (value === null || value === undefined) throw new NotFoundError(`${name}: there is none`)
  return value
}

// Pictures may come as bytes, as {data, revisedPrompt}, or as documents beside `files`.
function pictures(answer, name) {
  if (!answer || typeof answer !== 'object') throw new BadAnswerError(`${name}: expected an object, got ${answer === null ? 'null' : typeof answer}`)
  const { images, files = [], ...rest } = answer
  if (images === undefined) return { answer: rest, files: [...files].map((file, index) => asBytes(file, `${name}: files[${index}]`)) }
  if (!Array.isArray(images)) throw new BadAnswerError(`${name}: images: expected an array`)
  const documents = []
  const inside = []
  for (const [index, image] of images.entries()) {
    const { data, ...document } = isBytes(image) ? { data: image } : (image ?? {})
    documents.push(document)
    if (data !== undefined) inside.push(asBytes(data, `${name}: images[${index}].data`))
  }
  return { answer: { ...rest, images: documents }, files: [...inside, ...[...files].map((file, index) => asBytes(file, `${name}: files[${index}]`))] }
}

// The document has only how many references there are, and whether a mask follows them.
function withFiles({ references, mask, ...request }, files) {
  const count = references ?? 0
  if (count) request.references = files.slice(0, count)
  if (mask) request.mask = files[count]
  return request
}

// For each method: its arguments out of the document and the files of the call, and its answer out of what it returned.
const parts = {
  provider: {
    submit: { take: (request, files) => [withFiles(request, files)], give: pictures },
    resume: { take: ({ task }) => [task], give: pictures },
    cancel: { take: ({ task }) => [task], optional: true },
    check: { take: () => [], optional: true },
  },
  store: {
    put: { take: ({ key, ...options }, [data]) => [key, data ?? Buffer.alloc(0), options], give: (info) => ({ answer: info ?? {} }) },
    get: { take: ({ key, ...options }) => [key, options], give: (data, name) => ({ files: [asBytes(found(data, name), name)] }) },
    head: { take: ({ key }) => [key], give: (object) => ({ answer: { object: object ?? null } }) },
    remove: { take: ({ key }) => [key] },
    list: { take: (query) => [query], give: (objects) => ({ answer: Array.isArray(objects) ? { objects } : objects }) },
  },
  records: {
    write: { take: ({ changes }) => [changes], give: (revisions) => ({ answer: { revisions } }) },
    find: { take: ({ collection, id }) => [collection, id], give: (record) => ({ answer: { record: record ?? null } }) },
    list: { take: (query) => [query], give: (records) => ({ answer: { records } }) },
  },
  assets: {
    put: { take: ({ asset }) => [asset] },
    find: { take: ({ id }) => [id], give: (asset) => ({ answer: { asset: asset ?? null } }) },
    list: { take: (query) => [query], give: (page) => ({ answer: Array.isArray(page) ? { assets: page, next: '' } : page }) },
    remove: { take: ({ id }) => [id] },
  },
  enhancer: {
    enhance: { take: (request) => [request], give: (made) => ({ answer: typeof made === 'string' ? { prompt: made } : made }) },
  },
  lifestylePacks: {
    find: { take: ({ workItemId }) => [workItemId], give: (pack, name) => ({ answer: { pack: found(pack, name) } }) },
  },
  events: {
    deliver: { take: (event) => [event] },
  },
}

/** What a method gets beside its arguments; the signal is made only for those who ask for it. */
class HostContext {
  #controller = null
  #aborted = false
  timeoutMs

  constructor(kind, timeoutMs) {
    this.timeoutMs = timeoutMs
    Object.defineProperty(this, 'kind', { value: kind }) // not enumerable: no part of what a method is told
  }

  /** Aborted when nobody waits for the answer any longer. */
  get signal() {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort()
    return this.#controller.signal
  }

  /** @internal */
  _abort() {
    this.#aborted = true
    this.#controller?.abort()
  }
}

const kinds = Object.keys(parts)

function checkPart(kind, part, place = kind) {
  if (typeof part !== 'object' || part === null) throw new InvalidArgumentError(`${place}: expected an object with methods, got ${part === null ? 'null' : typeof part}`)
  for (const [method, { optional }] of Object.entries(parts[kind])) {
    if (typeof part[method] !== 'function' && !(optional && part[method] === undefined)) {
      throw new InvalidArgumentError(`${place}.${method}: expected a method, got ${part[method] === undefined ? 'nothing' : typeof part[method]}`)
    }
  }
  return { kind, capability: part.capability === undefined ? '{}' : writeDocument(checkObject(part.capability, `${place}.capability`), `${place}.capability`) }
}

/** Of the provider that `capability`, a text, is of. Empty where it has no name. */
function nameIn(capability) {
  const { provider } = JSON.parse(capability)
  return typeof provider === 'string' ? provider : ''
}

// What is missed or wrong in a single part the library says; of several the names have to be known here.
function checkNames(declared) {
  const names = declared.map(({ capability }) => nameIn(capability))
  for (const [index, name] of names.entries()) {
    if (!name) throw new InvalidArgumentError(`provider[${index}].capability.provider: expected a name, got none`)
    if (names.indexOf(name) < index) throw new InvalidArgumentError(`provider[${index}].capability.provider: expected a name of its own, got ${JSON.stringify(name)} again`)
  }
}

/** Of whatever was thrown, what imagegen_host_reject() knows, as JSON text. Getters that throw themselves are nobody's business. */
function rejection(error) {
  try {
    return told(error)
  } catch {
    return JSON.stringify({ message: unknownFailure })
  }
}

const unknownFailure = 'the part of the host failed'

function told(error) {
  const answer = { message: typeof error?.message === 'string' ? error.message : unknownFailure }
  const { code, retryable, retryAfterMs, delivery, providerText } = Object(error)
  if (typeof code === 'string') answer.code = error?.name === 'AbortError' ? 'CANCELLED' : code
  else if (error?.name === 'AbortError' || error?.name === 'TimeoutError') answer.code = 'CANCELLED'
  if (typeof retryable === 'boolean') answer.retryable = retryable
  if (Number.isFinite(retryAfterMs) && retryAfterMs >= 0) answer.retryAfterMs = Math.round(retryAfterMs)
  if (['not_sent', 'unknown', 'answered'].includes(delivery)) answer.delivery = delivery
  if (typeof providerText === 'string') answer.providerText = providerText
  // Texts of others may hold anything: half a surrogate pair or megabytes must not turn a failure into another one.
  for (const key of ['message', 'providerText']) if (answer[key]) answer[key] = Buffer.from(answer[key].slice(0, 4096)).toString().replaceAll('\0', '')
  return JSON.stringify(answer)
}

/** The parts of one runtime, and the calls of them that are not answered yet. */
class HostParts {
  #parts = new Map()
  #open = new Map()
  #answer

  /** @param answer {resolve(token, json, files), reject(token, json)}, which say nothing when it is too late. */
  constructor(given, answer) {
    this.#answer = answer
    this.declared = []
    for (const kind of kinds) {
      if (given[kind] === undefined) continue
      if (kind === 'provider') this.#addProviders(given[kind])
      else this.#add(kind, checkPart(kind, given[kind]), given[kind])
    }
  }

  #add(key, declared, part) {
    this.declared.push(declared)
    this.#parts.set(key, part)
  }

  // One, or several that are told from each other by their names.
  #addProviders(given) {
    const several = Array.isArray(given)
    const providers = several ? given : [given]
    if (providers.length === 0) throw new InvalidArgumentError('provider: expected a part or an array of parts, got an empty array')
    const declared = providers.map((part, index) => checkPart('provider', part, several ? `provider[${index}]` : 'provider'))
    if (several) checkNames(declared)
    for (const [index, part] of providers.entries()) this.#add(`provider ${nameIn(declared[index].capability)}`, declared[index], part)
  }

  // Of several providers the arguments name one.
  #partOf(kind, values) {
    return this.#parts.get(kind === 'provider' ? `provider ${values.provider}` : kind)
  }

  /** Begins a host call; never waits for it. */
  begin(token, { part, method, arguments: values, timeoutMs }, files) {
    const context = new HostContext(part, timeoutMs)
    this.#open.set(token, context)
    this.#run(token, part, method, values, files, context)
  }

  /** Nobody waits any longer. */
  abort(token) {
    this.#open.get(token)?._abort()
    this.#open.delete(token)
  }

  /** The runtime is gone. Nobody waits for events either way, so what delivers them may finish. */
  abortAll() {
    for (const [token, { kind }] of [...this.#open]) if (kind !== 'events') this.abort(token)
  }

  async #run(token, kind, method, values, files, context) {
    const name = `${kind}.${method}`
    try {
      const part = this.#partOf(kind, values)
      const { take, give = () => ({}) } = parts[kind][method]
      const returned = part[method] ? await part[method](...take(values ?? {}, files), context) : undefined
      const made = give(returned, name)
      const answer = this.#document(made.answer, name)
      this.#answer.resolve(token, answer, made.files ?? [])
    } catch (error) {
      this.#answer.reject(token, rejection(error))
    } finally {
      this.#open.delete(token)
    }
  }

  #document(answer, name) {
    if (answer !== undefined && (answer === null || typeof answer !== 'object')) {
      throw new BadAnswerError(`${name}: expected an object, got ${answer === null ? 'null' : typeof answer}`)
    }
    try {
      return toAnswer(answer, name)
    } catch (cause) {
      throw new BadAnswerError(cause.message, { cause })
    }
  }
}

module.exports = { HostParts, kinds, rejection }
