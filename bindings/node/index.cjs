'use strict'
// The implementation; index.js gives ECMAScript modules the same objects.

const { ImagegenError, LibraryError, statusClasses } = require('./lib/errors.cjs')
const { native } = require('./lib/native.cjs')
const { Call } = require('./lib/call.cjs')
const { httpHandler } = require('./lib/http.cjs')
const { Runtime, fail } = require('./lib/runtime.cjs')

/** What every operation takes and gives: [{name, summary, request, result, bytesIn, bytesOut}], as JSON Schemas. */
function operations() {
  const { status, error, json } = native().operations()
  if (status !== 0) throw fail(status, error, 'operations')
  return JSON.parse(json).operations
}

/** Version of the library that is loaded, such as "0.1.0". */
const version = () => native().version()

/** How many handles the library holds in this process; for tests that look for leaks. */
const liveHandles = () => native().liveHandles()

exports.Runtime = Runtime
exports.Call = Call
exports.httpHandler = httpHandler
exports.operations = operations
exports.version = version
exports.liveHandles = liveHandles
exports.ImagegenError = ImagegenError
exports.LibraryError = LibraryError
Object.assign(exports, statusClasses)
