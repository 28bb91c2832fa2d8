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
    if (response.destroyed) return // it has left already, and no event would say so
    const left = new AbortController()
    response.once('close', () => left.abort()) // after the answer this does nothing
    let call
    try {
      const identity = (await identify(request)) ?? null
      const { method, originalUrl: path = request.url } = request
      const { headers, body: sent } = await contentOf(request)
      call = runtime.http.answer({ method, path, headers, identity }, { signal: left.signal, inputs: [sent] })
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

// Whether a parser was there before. That of Express 4 leaves {} where it has read nothing: the body is still to come.
function isParsed({ body, readableDidRead }) {
  if (body === undefined) return false
  const isEmpty = body?.constructor === Object && Object.keys(body).length === 0
  return !isEmpty || readableDidRead !== false
}

// A body that was parsed has been decoded, whatever it came as.
async function contentOf(request) {
  const { body, headers } = request
  if (!isParsed(request)) return { headers, body: await readAll(request) }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { headers: { ...headers, 'content-encoding': 'identity' }, body: bytes }
}

async function readAll(request) {
  const parts = []
  let size = 0
  for await (const part of request) {
    if (size < mostBody) parts.push(part)
    size += part.length
  }
  return Buffer.concat(parts).subarray(0, mostBody)
}

module.exports = { httpHandler }
