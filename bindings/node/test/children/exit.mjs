// Ends in the way that its argument names, with work under way: exit.mjs WAY [SEED]. Prints "ended WELL" before a clean end.
import { readFileSync } from 'node:fs'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { Runtime } from 'imagegen'
import { randomOf } from '../support.mjs'

const way = isMainThread ? process.argv[2] : workerData
const pack = JSON.parse(readFileSync(new URL('../../../../examples/lifestyle-packs/wi-greeting-cards.json', import.meta.url)))
const random = randomOf(Number(process.argv[3] ?? 1))
const soon = () => new Promise((resume) => setTimeout(resume, random() * 60))

// Pixels, files and a call of the host at once; none of them is ever awaited by these children.
async function busy() {
  const runtime = await Runtime.open({ events: { deliver: () => new Promise(() => {}) } })
  const data = Buffer.alloc(1600 * 1600 * 3) // so large that it is read for longer than any exit takes
  for (let at = 0; at < data.length; at += 7) data[at] = at
  const calls = [
    runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: pack }),
    runtime.images.encode({ data, width: 1600, height: 1600, channels: 3 }, { format: 'webp', lend: true }),
    runtime.worker.run(),
  ]
  for (const call of calls) call.catch(() => {})
  return { runtime, calls }
}

const ways = {
  // The runtime is open and idle: nothing keeps the process.
  async natural() {
    const runtime = await Runtime.open()
    await runtime.describe()
    console.log('ended WELL')
  },
  async closed() {
    const { runtime, calls } = await busy()
    await soon()
    await runtime.close()
    await Promise.allSettled(calls)
    console.log('ended WELL')
  },
  async exit() {
    await busy()
    await soon()
    console.log('ended WELL')
    process.exit(0)
  },
  // All of it was dropped, and the collector has been at work when the process ends.
  async gc() {
    await busy()
    for (let round = 0; round < 20; ++round) {
      globalThis.gc()
      await new Promise(setImmediate)
    }
    await soon()
    console.log('ended WELL')
    process.exit(0)
  },
  async sigterm() {
    const { runtime } = await busy()
    process.once('SIGTERM', async () => {
      await runtime.close()
      console.log('ended WELL')
    })
    console.log('ready')
    await soon()
    process.kill(process.pid, 'SIGTERM')
  },
  // A call of the host is open and nobody will answer it: the last thing that the loop had ends while C waits.
  async hostCall() {
    const runtime = await Runtime.open({
      provider: { capability: { provider: 'p', model: 'm' }, submit: () => new Promise(() => {}), resume: () => new Promise(() => {}) },
    })
    runtime.provider.submit({ outsideTheLedger: true, prompt: 'x', width: 64, height: 64 }).catch(() => {})
    await soon()
    console.log('ended WELL')
    process.exit(0)
  },
  async throws() {
    process.once('uncaughtException', () => { console.log('ended WELL'); process.exit(0) })
    await busy()
    await soon()
    setImmediate(() => { throw new Error('on purpose') })
  },
  // A worker thread is ended from outside with its work under way, and so its event loop is torn down.
  async terminate() {
    const worker = new Worker(new URL(import.meta.url), { workerData: 'inWorker' })
    await new Promise((resolve) => worker.once('message', resolve))
    await soon()
    await worker.terminate()
    // Its memory is gone and is used again, while the library goes on.
    for (let round = 0; round < 10; ++round) {
      Buffer.alloc(8_000_000, round)
      await new Promise((resume) => setTimeout(resume, 40))
    }
    console.log('ended WELL')
  },
  async inWorker() {
    const { parentPort } = await import('node:worker_threads')
    await busy()
    parentPort.postMessage('busy')
  },
  // A worker thread ends by itself, with a runtime that nobody closed.
  async workerEnds() {
    const worker = new Worker(new URL(import.meta.url), { workerData: 'exit' })
    const code = await new Promise((resolve) => worker.once('exit', resolve))
    if (code !== 0) throw new Error(`the thread ended with ${code}`)
    const runtime = await Runtime.open()
    await runtime.describe()
    await runtime.close()
    console.log('ended WELL')
  },
}

await ways[way]()
