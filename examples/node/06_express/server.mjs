// Heroes and prompt jobs in a backend: PORT=3000 node server.mjs. Packs are files <workItemId>.json in the folder PACKS.
// Beside it does the prompt jobs: imagegen worker --state sqlite:imagegen.db --store file:out
import express from 'express'
import { Runtime, httpHandler } from 'imagegen'

const config = { store: 'file:out', state: 'sqlite:imagegen.db', lifestylePacks: process.env.PACKS ?? '.' }
const runtime = await Runtime.open({ environment: true, config })

const users = new Map([ // a look-up of your own
  ['token-of-ann', { user: 'ann', roles: ['ops'] }],
  ['token-of-bob', { user: 'bob', roles: ['sales'] }],
])
const identify = (request) => users.get(request.get('authorization')?.replace(/^Bearer /, ''))
const onError = (error) => console.log(`${error.incident ?? 'the client left'}: ${error.code}: ${error.message}`)

const app = express()
app.get('/health', (request, response) => response.json({ ok: true })) // routes of your own come first
app.use(httpHandler(runtime, { identify, onError })) // all others are the library's

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.once('SIGTERM', () => server.close(() => runtime.close()))
