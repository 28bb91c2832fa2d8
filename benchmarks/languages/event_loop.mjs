#!/usr/bin/env node
// How long the event loop of Node stands still while pictures are made: event_loop.mjs [--check] [--renditions 20]
// One picture of 1536 x 1024 becomes 20 files, first in one call and then in 20; the loop is measured meanwhile, and
// before that while it idles. With --check it ends with 1 when it stood still for more than 10 ms.
import { closeSync, openSync, readSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Runtime } from '../../bindings/node/index.js'
import { describeMachine } from './processes.mjs'

const limitMs = 10
const { values } = parseArgs({ options: { check: { type: 'boolean' }, renditions: { type: 'string', default: '20' } } })
const count = Number(values.renditions)
const size = { width: 1536, height: 1024 }

console.log(describeMachine())
const runtime = await Runtime.open()
const sleep = (ms) => new Promise((resume) => setTimeout(resume, ms))
const round = (ms) => Math.round(ms * 100) / 100

async function picture() {
  const data = Buffer.alloc(size.width * size.height * 3)
  let noise = 1
  for (let at = 0; at < data.length; ++at) {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0
    data[at] = ((at / 3) % size.width) / 8 + (noise >>> 28) // smooth, with grain
  }
  return (await runtime.images.encode({ data, ...size, channels: 3 }, { format: 'png' })).data
}

// How long this thread was ready to run and had no CPU, in ms: on a busy machine that is most of the longest delays, and
// nothing that a program could do about.
function cpuWaits() {
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`)
  const text = Buffer.alloc(64)
  return { read: () => Number(text.toString('latin1', 0, readSync(file, text, 0, 64, 0)).split(' ')[1]) / 1e6, close: () => closeSync(file) }
}

// A timer of 1 ms, and for each of its ticks how much later it came than that.
async function watch(work) {
  const waits = cpuWaits()
  const late = { all: 0, own: 0 }
  let at = performance.now()
  let waited = waits.read()
  const timer = setInterval(() => {
    const [now, waitedNow] = [performance.now(), waits.read()]
    const all = now - at - 1
    late.all = Math.max(late.all, all)
    late.own = Math.max(late.own, all - (waitedNow - waited))
    ;[at, waited] = [now, waitedNow]
  }, 1)
  await work()
  clearInterval(timer)
  waits.close()
  return late
}

async function measure(name, work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(20) // it counts from its second tick on
  const began = performance.now()
  const late = await watch(work)
  const ms = performance.now() - began
  await sleep(5)
  delay.disable()
  console.log(JSON.stringify({ name, ms: round(ms), p99Ms: round(Math.max(0, delay.percentile(99) / 1e6 - 1)), maxMs: round(late.all), maxWithoutWaitingForACpuMs: round(late.own) }))
  return late
}

const file = await picture()
const renditions = Array.from({ length: count }, (_, index) => ({
  width: 320 + 60 * (index % 20),
  height: 200 + 40 * (index % 20),
  format: ['webp', 'jpeg', 'webp', 'png'][index % 4],
}))
await runtime.images.render(file, renditions.slice(0, 2)) // the first time is slow once
await measure('idle', () => sleep(500))
const measured = [
  await measure(`${count} renditions in one call`, () => runtime.images.render(file, renditions)),
  await measure(`${count} calls at once`, () => Promise.all(renditions.map((one) => runtime.images.render(file, [one])))),
]
await runtime.close()

const longest = Math.max(...measured.map(({ own }) => own))
console.log(`the loop stood still for at most ${round(longest)} ms; ${limitMs} ms are allowed`)
if (values.check && longest > limitMs) process.exitCode = 1
