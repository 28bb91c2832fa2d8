'use strict'
// A runtime: starts operations, and takes what happened out of the library's inbox.

const { AsyncResource } = require('node:async_hooks')
const { isMainThread } = require('node:worker_threads')
const { adoptAll } = require('./buffers.cjs')
const { Call } = require('./call.cjs')
const { checkBoolean, checkBytes, checkFunction, checkKnown, checkObject, checkSignal, checkString, writeDocument, wrong } = require('./check.cjs')
const { fromDocument, statusClasses } = require('./errors.cjs')
const { HostParts, kinds, rejection } = require('./host.cjs')
const { native } = require('./native.cjs')
const namespaces = require('./operations.cjs')
const { pump } = require('./pump.cjs')

const progressKind = 1
const doneKind = 2
const hostCallKind = 3
const hostCancelKind = 4
const nothingStatus = 1000

// Events that are taken at once before others of this thread have their turn.
const mostAtOnce = 64

// Runtimes that nobody closed. A net, not the way: close() cancels and drains.
const forgotten = new FinalizationRegistry((handle) => destroy(handle))
const openHandles = new Map() // and their descriptors

function destroy(handle) {
  pump.remove(openHandles.get(handle))
  openHandles.delete(handle)
  native().destroy(handle)
}

const openCalls = new Set() // handles of those that are under way

// A worker thread that ends takes none of its native things with it.
if (!isMainThread) {
  process.once('exit', () => {
    for (const call of openCalls) native().forget(call)
    for (const handle of [...openHandles.keys()]) destroy(handle)
  })
}

/** The error that a function of the library gave. */
function fail(status, errorJson, operation) {
  return fromDocument(errorJson ? JSON.parse(errorJson) : { status, message: `status ${status}` }, operation)
}

class Runtime {
  #handle
  #descriptor
  #calls = new Map()
  #host
  #closing = null
  #scope = new AsyncResource('imagegen.Runtime')
  // Host methods run where the runtime was opened, not where the call was made that happened to begin the wait.
  #drainInScope = () => this.#scope.runInAsyncScope(() => this.#drain())

  /** Not for hosts: Runtime.open() makes them. */
  constructor(handle, descriptor, host) {
    this.#handle = handle
    this.#descriptor = descriptor
    this.#host = host
    openHandles.set(handle, descriptor)
    forgotten.register(this, handle, this)
    const start = (...described) => this.#start(...described)
    const { runtime: own, ...groups } = namespaces.groups(start)
    for (const [name, value] of Object.entries({ ...own, ...groups })) Object.defineProperty(this, name, { value, enumerable: true })
  }

  /** Wires everything and contacts nobody: {config, environment, overrides, provider, store, records, assets, enhancer, lifestylePacks, events}; `provider` may be an array. */
  static async open(options = {}) {
    checkKnown(options, ['config', 'environment', 'overrides', ...kinds], 'options')
    const config = writeDocument(options.config ?? {}, 'config')
    const environment = checkBoolean(options.environment, 'environment')
    const overrides = writeDocument(options.overrides ?? {}, 'overrides')
    // Answers find the runtime by its handle, which is there after the parts were told to the library.
    const answer = { handle: null }
    const answers = {
      resolve: (token, json, files) => answerHost(answer, token, json, files),
      reject: (token, json) => answer.handle !== null && native().reject(answer.handle, token, json),
    }
    const host = new HostParts(options, answers)
    const { status, error, runtime } = await native().open({ config, environment, overrides, parts: host.declared })
    if (status !== 0) throw fail(status, error, 'runtime.open')
    const descriptor = native().descriptor(runtime)
    if (descriptor < 0) {
      native().destroy(runtime)
      throw new statusClasses.UnavailableError('the inbox of the runtime has no descriptor')
    }
    answer.handle = runtime
    host.forget = () => (answer.handle = null)
    return new Runtime(runtime, descriptor, host)
  }

  /** Starts any operation by its name: a Call of {result, files}. */
  call(operation, request = {}, options = {}) {
    return this.#start(operation, request, options, [], (result, files) => ({ result, files }))
  }

  get closed() {
    return this.#closing !== null
  }

  /** Cancels what runs, waits until all of it has ended, and lets go. Again, or at once, is fine. */
  close() {
    return (this.#closing ??= this.#close())
  }

  async #close() {
    native().close(this.#handle)
    await Promise.allSettled([...this.#calls.values()].map(({ call }) => call))
    this.#host.abortAll()
    this.#host.forget()
    forgotten.unregister(this)
    destroy(this.#handle)
  }

  // Every operation comes through here: arguments are checked, the library is told, and the loop is set going.
  #start(operation, request, options = {}, inputs = [], finish = (result) => result) {
    const site = {}
    Error.captureStackTrace(site, this.#start)
    let call
    try {
      checkString(operation, 'operation')
      checkKnown(options, ['signal', 'drain', 'onProgress', 'inputs', 'lend'], 'options')
      const signal = checkSignal(options.signal, 'options.signal')
      const drain = checkSignal(options.drain, 'options.drain')
      call = new Call(checkFunction(options.onProgress, 'options.onProgress'), site)
      if (signal?.aborted) return call._failed(signal.reason, null), call
      const given = { document: writeDocument(request, 'request'), ...checkInputs([...inputs, ...checkList(options.inputs)], options.lend) }
      this.#begin(call, operation, given, { signal, drain }, finish)
    } catch (error) {
      if (error && typeof error === 'object') error.operation ??= operation
      call ??= new Call(undefined, site)
      call._failed(error, error)
    }
    return call
  }

  #begin(call, operation, { document, inputs, lend }, { signal, drain }, finish) {
    if (this.closed) throw new statusClasses.ClosedError('the runtime is closed')
    const { status, error, id, call: handle } = native().start(this.#handle, operation, document, inputs, lend)
    if (status !== 0) throw fail(status, error, operation)
    openCalls.add(handle)
    const cancel = () => native().cancel(handle)
    const drainIt = () => native().drain(handle)
    const unlisten = [drain && whenAborted(drain, drainIt), signal && whenAborted(signal, cancel)]
    if (drain?.aborted) drainIt()
    if (signal?.aborted) cancel() // by a toJSON() of the request
    call._started(cancel, drainIt)
    const settled = () => {
      for (const stop of unlisten) stop?.()
      openCalls.delete(handle)
      native().forget(handle)
    }
    // Lent inputs are held here until the library says that it is done with them.
    this.#calls.set(id, { call, operation, signal, finish, settled, lent: lend ? inputs : null })
    pump.add(this.#descriptor, this.#drainInScope)
  }

  // Takes what is there, without waiting, and says whether more is to come.
  #drain() {
    for (let taken = 0; taken < mostAtOnce; ++taken) {
      const { status, event } = native().next(this.#handle)
      if (event) this.#dispatch(event)
      else {
        if (status !== nothingStatus) this.#lose(status)
        break
      }
    }
    return this.#calls.size > 0
  }

  // Every call ends with its event; should the library ever close without one, nobody waits for ever.
  #lose(status) {
    for (const [id, { call, operation, settled }] of this.#calls) {
      this.#calls.delete(id)
      settled()
      const failure = fromDocument({ status, message: 'the runtime ended before the call did' }, operation)
      call._failed(failure, failure)
    }
  }

  #dispatch(event) {
    try {
      this.#tell(event)
    } catch (error) {
      if (event.kind === hostCallKind) native().reject(this.#handle, event.id, rejection(error))
      queueMicrotask(() => { throw error }) // one event that nobody understands must not end the loop for all
    }
  }

  #tell({ kind, id, json, bytes }) {
    if (kind === progressKind) this.#calls.get(id)?.call._progress(JSON.parse(json).progress)
    else if (kind === doneKind) this.#done(id, json, bytes)
    else if (kind === hostCallKind) this.#host.begin(id, JSON.parse(json), adoptAll(bytes))
    else if (kind === hostCancelKind) this.#host.abort(id)
  }

  // Whatever goes wrong in here, the call ends: no other event will come for it.
  #done(id, json, bytes) {
    const entry = this.#calls.get(id)
    if (!entry) return
    this.#calls.delete(id)
    const { call, operation, signal, finish, settled } = entry
    try {
      settled()
      const files = adoptAll(bytes)
      const { ok, result, error } = JSON.parse(json)
      if (ok) return call._done(finish(result, files))
      const failure = fromDocument(error, operation)
      failure.stack = `${failure.name}: ${failure.message}${call._frames()}`
      call._failed(signal?.aborted ? signal.reason : failure, failure)
    } catch (error) {
      call._failed(error, error)
    }
  }
}

const listening = new WeakMap()

// One listener for all calls of a signal: Node warns of more than ten.
function whenAborted(signal, tell) {
  let calls = listening.get(signal)
  if (!calls) {
    calls = new Set()
    calls.listener = () => calls.forEach((tellOne) => tellOne())
    listening.set(signal, calls)
  }
  if (calls.size === 0) signal.addEventListener('abort', calls.listener, { once: true })
  calls.add(tell)
  return () => {
    calls.delete(tell)
    if (calls.size === 0) signal.removeEventListener('abort', calls.listener)
  }
}

function answerHost(answer, token, json, files) {
  if (answer.handle === null) return
  const { status, error } = native().resolve(answer.handle, token, json, files)
  // Answered before, or too late: nobody waits. Anything else is told to those who do.
  if (status !== 0 && status !== statusClasses.NotFoundError.status) {
    native().reject(answer.handle, token, JSON.stringify({ code: 'BAD_ANSWER', message: fail(status, error).message }))
  }
}

function checkList(inputs) {
  if (inputs === undefined) return []
  if (!Array.isArray(inputs)) throw wrong('options.inputs', 'an array of Buffers', inputs)
  return inputs
}

// Copying less costs less than the rest of a call; copying more would hold up this thread.
const mostCopied = 64 * 1024

function checkInputs(given, lend) {
  const inputs = given.map((input, index) => checkBytes(input, `inputs[${index}]`))
  const wanted = lend === undefined ? isLarge(inputs) && inputs.every(isOfOneThread) : checkBoolean(lend, 'options.lend')
  return { inputs, lend: wanted && isMainThread && !inputs.some(canShrink) }
}

const isLarge = (inputs) => inputs.reduce((sum, { byteLength }) => sum + byteLength, 0) > mostCopied
const isOfOneThread = ({ buffer }) => buffer instanceof ArrayBuffer
// Such memory is copied whatever is said, and so is that of a worker thread, which may be terminated while it is read.
const canShrink = ({ buffer }) => buffer.resizable || buffer.growable

if (Symbol.asyncDispose) {
  Object.defineProperty(Runtime.prototype, Symbol.asyncDispose, { value() { return this.close() }, configurable: true, writable: true })
}

module.exports = { Runtime, fail }
