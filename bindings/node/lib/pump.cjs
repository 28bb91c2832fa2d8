'use strict'
// The one wait of this thread for events of all its runtimes. It runs only while calls are open, so that an idle process
// can end, and takes one thread of libuv's pool, however many runtimes there are.

const { AsyncResource } = require('node:async_hooks')
const { native } = require('./native.cjs')

// An exit of the process waits for a wait that is under way: this bounds it.
const waitMs = 200

class Pump {
  #members = new Map()
  #newest = 0
  #scheduled = false
  // Not that of the request that happened to come first, whose AsyncLocalStorage would live as long as the wait.
  #scope = new AsyncResource('imagegen.Pump')

  /** Calls `drain` whenever there are events behind the descriptor, until it says that it needs no more. */
  add(descriptor, drain) {
    if (this.#members.has(descriptor)) return
    this.#members.set(descriptor, drain)
    if (this.#scheduled) return
    this.#scheduled = true
    // Nothing is told inside of the call that starts an operation.
    this.#scope.runInAsyncScope(queueMicrotask, null, () => {
      this.#scheduled = false
      void this.#run()
    })
  }

  // A wait under way does not know of a member that came later. So a new one begins, for all, and the old one is the last of
  // its kind: it ends by itself.
  async #run() {
    const mine = ++this.#newest
    do {
      this.#drain()
      if (this.#members.size === 0) return
      await this.#wait()
    } while (mine === this.#newest)
    this.#drain()
  }

  #drain() {
    for (const [descriptor, drain] of this.#members) if (!drain()) this.#members.delete(descriptor)
  }

  async #wait() {
    try {
      await native().waitAny([...this.#members.keys()], waitMs)
    } catch { // others of this process have too many asynchronous calls under way
      await new Promise((resume) => setTimeout(resume, 10))
    }
  }
}

module.exports = { pump: new Pump() }
