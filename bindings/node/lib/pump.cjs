'use strict'
// The one wait of this thread for events of all its runtimes. It runs only while calls are open, so that an idle process
// can end, and takes one thread of libuv's pool, however many runtimes there are.

const { AsyncResource } = require('node:async_hooks')
const { native } = require('./native.cjs')

// An exit of the process waits for a wait that is under way: this bounds it.
const waitMs = 200

class Pump {
  // By descriptor: {busy, drain}. An idle runtime stays, so that its next call finds a wait that knows it; only a busy one
  // is held, so that one that nobody closed can be collected.
  #members = new Map()
  #waitedFor = new Set()
  #newest = 0
  #scheduled = false
  // Not that of the request that happened to come first, whose AsyncLocalStorage would live as long as the wait.
  #scope = new AsyncResource('imagegen.Pump')

  /** Calls `drain` whenever there are events behind the descriptor, until it says that it needs no more. */
  add(descriptor, drain) {
    this.#members.set(descriptor, { busy: drain, drain: new WeakRef(drain) })
    if (this.#scheduled || this.#waitedFor.has(descriptor)) return
    this.#scheduled = true
    // Nothing is told inside of the call that starts an operation.
    this.#scope.runInAsyncScope(queueMicrotask, null, () => {
      this.#scheduled = false
      if ([...this.#members.keys()].some((member) => !this.#waitedFor.has(member))) void this.#run()
    })
  }

  /** Before the descriptor is closed, whose number the next one may get. */
  remove(descriptor) {
    this.#members.delete(descriptor)
    this.#waitedFor.delete(descriptor)
  }

  // A wait under way does not know of a member that came later. So a new one begins, for all, and the old one is the last of
  // its kind: it ends by itself.
  async #run() {
    const mine = ++this.#newest
    do {
      if (!this.#drain()) return this.#waitedFor.clear()
      await this.#wait()
    } while (mine === this.#newest)
    this.#drain()
  }

  // Also of idle ones, whose events would end every wait at once. Says whether any runtime is busy.
  #drain() {
    for (const [descriptor, member] of this.#members) {
      const drain = member.drain.deref()
      if (!drain) this.#members.delete(descriptor)
      else if (!drain()) member.busy = null
    }
    return [...this.#members.values()].some(({ busy }) => busy)
  }

  async #wait() {
    this.#waitedFor = new Set(this.#members.keys())
    try {
      await native().waitAny([...this.#waitedFor], waitMs)
    } catch { // others of this process have too many asynchronous calls under way
      await new Promise((resume) => setTimeout(resume, 10))
    }
  }
}

module.exports = { pump: new Pump() }
