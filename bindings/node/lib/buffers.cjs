'use strict'
// Bytes of the library as Buffers. The only place that makes views of memory that is not JavaScript's.

const { isMainThread } = require('node:worker_threads')
const { native } = require('./native.cjs')

// The ArrayBuffer owns the native bytes: whatever is sliced out of it keeps it, and so them, alive.
const owners = new FinalizationRegistry((bytes) => native().bytesRelease(bytes))

// Where the runtime has no such buffers (Electron) they are copied. So they are in a worker thread, which ends without
// telling its ArrayBuffers, so that their bytes would be left behind.
let canView = isMainThread

function view(bytes) {
  try {
    const memory = native().bytesView(bytes)
    owners.register(memory, bytes)
    return Buffer.from(memory)
  } catch {
    canView = false
    return null
  }
}

/** Takes over one reference to bytes of the library. */
function adopt(bytes) {
  if (canView && native().bytesSize(bytes) > 0) {
    const buffer = view(bytes)
    if (buffer) return buffer
  }
  const copy = native().bytesCopy(bytes)
  native().bytesRelease(bytes)
  return copy
}

module.exports = { adopt }
