#!/usr/bin/env node
// How long the event loop of Node stands still while pictures are made: event_loop.mjs [--check] [--renditions 20]
// One picture of 1536 x 1024 becomes 20 files, first in one call and then in 20; the loop is measured meanwhile, and once
// more while it idles. With --check it ends with 1 when one delay is above 10 ms.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Runtime } from '../../bindings/node/index.js'

const limitMs = 10
const { values } = parseArgs({ options: { check: { type: 'boolean' }, renditions: { type: 'string', default: '20' } } })
const count = Number(values.renditions)
const size = { width: 1536, height: 1024 }

const runtime = await Runtime.open()

async function picture() {
  const data = Buffer.alloc(size.width * size.height * 3)
  let noise = 1
  for (let at = 0; at < data.length; ++at) {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0
    data[at] = ((at / 3) % size.width) / 8 + (noise >>> 28) // smooth, with grain
  }
  return (await runtime.images.encode({ data, ...size, channels: 3 }, { format: 'png', lend: true })).data
}

const renditions = Array.from({ length: count }, (_, index) => ({
  width: 320 + 60 * (index % 20),
  height: 200 + 40 * (index % 20),
  format: ['webp', 'jpeg', 'webp', 'png'][index % 4],
}))

// The first things of a process are slow once: they are not what is measured.
async function measure(name, work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  await new Promise((resume) => setTimeout(resume, 50))
  delay.enable()
  const began = performance.now()
  await work()
  const ms = performance.now() - began
  await new Promise((resume) => setTimeout(resume, 5))
  delay.disable()
  // The timer behind it fires each millisecond: that much of every figure is waiting, and no delay.
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1)
  const figures = { name, ms: Math.round(ms), maxMs: +late(delay.max).toFixed(2), p99Ms: +late(delay.percentile(99)).toFixed(2), meanMs: +late(delay.mean).toFixed(2) }
  console.log(JSON.stringify(figures))
  return figures
}

const file = await picture()
await runtime.images.render(file, renditions.slice(0, 2))
const measured = [
  await measure('idle', () => new Promise((resume) => setTimeout(resume, 500))),
  await measure(`${count} renditions in one call`, () => runtime.images.render(file, renditions)),
  await measure(`${count} calls at once`, () => Promise.all(renditions.map((rendition) => runtime.images.render(file, [rendition])))),
]
await runtime.close()

const longest = Math.max(...measured.slice(1).map(({ maxMs }) => maxMs))
console.log(`the loop stood still for at most ${longest} ms; ${limitMs} ms are allowed`)
if (values.check && longest > limitMs) process.exitCode = 1
