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
    const buffer = Buffer.from(memory)
    owners.register(memory, bytes)
    return buffer
  } catch {
    canView = false
    return null
  }
}

// Takes over one reference to bytes of the library, also when there is no memory for a copy.
function adopt(bytes) {
  if (canView && native().bytesSize(bytes) > 0) {
    const buffer = view(bytes)
    if (buffer) return buffer
  }
  try {
    return native().bytesCopy(bytes)
  } finally {
    native().bytesRelease(bytes)
  }
}

/** Takes over references to bytes of the library: all of them, or an exception and none is left behind. */
function adoptAll(handles) {
  let taken = 0
  try {
    return handles.map((bytes) => { ++taken; return adopt(bytes) })
  } catch (error) {
    handles.slice(taken).forEach((bytes) => native().bytesRelease(bytes))
    throw error
  }
}

module.exports = { adoptAll }
