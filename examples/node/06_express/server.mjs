// The hero route in a backend: PORT=3000 node server.mjs. Packs are files <workItemId>.json in the folder PACKS.
import { readFile } from 'node:fs/promises'
import express from 'express'
import { InvalidArgumentError, NotFoundError, Runtime } from 'imagegen'

const packs = {
  async find(id) {
    if (!/^[\w-]+$/.test(id)) throw new InvalidArgumentError('expected letters, digits, _ and -')
    const file = `${process.env.PACKS ?? '.'}/${id}.json`
    return readFile(file, 'utf8').catch((error) => { throw error.code === 'ENOENT' ? new NotFoundError(id) : error })
  },
}
const runtime = await Runtime.open({ environment: true, config: { store: 'file:out', state: 'sqlite:imagegen.db' }, packs })
const roles = new Map([['token-of-ops', 'ops'], ['token-of-sales', 'sales']]) // a look-up of your own

const allow = (...allowed) => (request, response, next) => {
  const role = roles.get(request.get('authorization')?.replace(/^Bearer /, ''))
  if (!role) return response.status(401).json({ ok: false, error: 'UNAUTHENTICATED' })
  if (!allowed.includes(role)) return response.status(403).json({ ok: false, error: 'FORBIDDEN' })
  next()
}

const app = express().use(express.json())

app.post('/api/work-items/:id/generate-lifestyle-heroes', allow('admin', 'ops', 'design_pod'), async (request, response) => {
  const { shotIds, dryRun, overwrite, ...unknown } = request.body ?? {} // no budgets from outside
  for (const name in unknown) throw new InvalidArgumentError(`${name}: unknown field`)
  const call = runtime.heroes.generate({ workItemId: request.params.id, shotIds, dryRun, overwrite })
  response.on('close', () => call.cancel()) // a client that leaves cancels; after the answer this does nothing
  response.json(await call)
})

app.use((error, request, response, next) => {
  if (response.destroyed) return console.log(`the client left: ${error.code}`)
  const status = error.httpStatus ?? error.status ?? 500 // of imagegen, or of express.json()
  if (status === 500) console.error(error) // logged, never sent
  const body = status === 500 ? { ok: false, error: 'INTERNAL_ERROR' } : { ok: false, error: 'INVALID_REQUEST' }
  response.status(status).json(error.body?.error ? error.body : body)
})

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.once('SIGTERM', () => server.close(() => runtime.close()))
