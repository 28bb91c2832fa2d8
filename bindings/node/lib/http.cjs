'use strict'
// The HTTP routes of the library for Express, Connect and node:http: they have the socket, the library has the routes.

const { checkFunction, checkKnown } = require('./check.cjs')
const { fromDocument } = require('./errors.cjs')

const mostBody = 2 ** 20 + 1 // bytes; what is longer is cut off here, and refused by the library

const broken = JSON.stringify({ ok: false, error: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' })

function tell(error) {
  if (error.code !== 'CANCELLED') console.error(`imagegen: ${error.incident ?? error.name}: ${error.message}`)
}

/** A handler (request, response) that answers everything. `identify(request)` says who is signed in: {user, roles}, or null. */
function httpHandler(runtime, options = {}) {
  const { identify = () => null, onError = tell } = checkKnown(options, ['identify', 'onError'], 'options')
  checkFunction(identify, 'options.identify')
  checkFunction(onError, 'options.onError')
  return async (request, response) => {
    const left = new AbortController()
    response.once('close', () => left.abort()) // after the answer this does nothing
    let call
    try {
      const identity = (await identify(request)) ?? null
      const { method, headers, originalUrl: path = request.url } = request
      call = runtime.http.answer({ method, path, headers, identity }, { signal: left.signal, inputs: [await bodyOf(request)] })
      const { status, headers: given, body, incident } = await call
      if (incident) onError(Object.assign(fromDocument(incident.error, 'http.answer'), { incident: incident.id }))
      response.writeHead(status, given).end(body)
    } catch (error) {
      if (left.signal.aborted || response.destroyed) return void (call?.failure && onError(call.failure))
      response.writeHead(500, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(broken)
      onError(error)
    }
  }
}

async function bodyOf(request) {
  const { body } = request // a parser was there before
  if (body !== undefined) return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const parts = []
  let size = 0
  for await (const part of request) {
    if (size < mostBody) parts.push(part)
    size += part.length
  }
  return Buffer.concat(parts).subarray(0, mostBody)
}

module.exports = { httpHandler }
