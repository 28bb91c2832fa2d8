'use strict'
// An operation under way: a promise of its result, and its progress as an asynchronous iterator.

const { AsyncResource } = require('node:async_hooks')

// Progress that nobody has read yet; of more, the oldest is dropped.
const maxUnread = 100

class Call {
  #promise
  #resolve
  #reject
  #onProgress
  #readers = new Set()
  #state = 'running'
  #cancel = null
  #drain = null
  #failure = null
  #site

  /** Made by Runtime.call() and not by others. */
  constructor(onProgress, site) {
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Runs where the call was made, so that AsyncLocalStorage has the values of its request and not those of another.
    this.#onProgress = onProgress && AsyncResource.bind(onProgress, 'imagegen.progress')
    this.#site = site
  }

  then(onFulfilled, onRejected) {
    return this.#promise.then(onFulfilled, onRejected)
  }

  catch(onRejected) {
    return this.#promise.catch(onRejected)
  }

  finally(onFinally) {
    return this.#promise.finally(onFinally)
  }

  get [Symbol.toStringTag]() {
    return 'Call'
  }

  /** What the library said when the call failed; else null. When it was aborted the only place that says what was spent. */
  get failure() {
    return this.#failure
  }

  /** "running", "done" or "failed". */
  get state() {
    return this.#state
  }

  /** Asks the operation to end. The promise is settled by the library's answer: usually a CancelledError. */
  cancel() {
    this.#cancel?.()
  }

  /**
   * Asks the operation to begin nothing more and to finish what it has begun: a worker takes no further job, heroes buy
   * no further picture. What does not know how is cancelled. It can be cancelled afterwards.
   */
  drain() {
    this.#drain?.()
  }

  /**
   * `for await (const step of call.progress())`: ends with the call, and throws what the call throws.
   * A loop that is left early does not end the call.
   */
  progress() {
    const reader = { unread: [], wake: null }
    if (this.#state === 'running') this.#readers.add(reader)
    this.#promise.catch(() => {}) // the loop throws it, so nobody else has to look
    return this.#read(reader)
  }

  [Symbol.asyncIterator]() {
    return this.progress()
  }

  async *#read(reader) {
    try {
      for (;;) {
        while (reader.unread.length > 0) yield reader.unread.shift()
        if (this.#state !== 'running') break
        await new Promise((wake) => (reader.wake = wake))
      }
      await this.#promise
    } finally {
      this.#readers.delete(reader)
    }
  }

  // What the runtime tells it, under names that are no part of the public face.

  /** @internal */
  _started(cancel, drain) {
    this.#cancel = cancel
    this.#drain = drain
  }

  /** @internal Where the call was made, for the stack of its error. */
  _frames() {
    const { stack } = this.#site // hosts may have turned it off, or made it something else
    return typeof stack === 'string' && stack.includes('\n') ? stack.slice(stack.indexOf('\n')) : ''
  }

  /** @internal */
  _progress(step) {
    for (const reader of this.#readers) {
      if (reader.unread.push(step) > maxUnread) reader.unread.shift()
      this.#wake(reader)
    }
    if (!this.#onProgress) return
    try {
      this.#onProgress(step)
    } catch (error) {
      queueMicrotask(() => { throw error }) // the host's own mistake is not the call's
    }
  }

  /** @internal */
  _done(value) {
    this.#end('done')
    this.#resolve(value)
  }

  /** @internal */
  _failed(reason, failure) {
    this.#failure = failure
    this.#end('failed')
    this.#reject(reason)
  }

  #end(state) {
    this.#state = state
    this.#cancel = this.#drain = null
    for (const reader of this.#readers) this.#wake(reader)
  }

  #wake(reader) {
    reader.wake?.()
    reader.wake = null
  }
}

module.exports = { Call }
