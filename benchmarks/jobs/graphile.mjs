// The same by graphile-worker: node graphile.mjs POSTGRES JOBS. Prints one JSON object.
import { makeWorkerUtils, run, runMigrations } from 'graphile-worker'

const [connectionString, jobsText] = process.argv.slice(2)
const count = Number(jobsText)
const payload = { prompt: ' '.repeat(600) }
const silent = { logger: undefined, noHandleSignals: true }
await runMigrations({ connectionString })
const utils = await makeWorkerUtils({ connectionString })

let done = 0
let finished
let begun
const taskList = {
  nothing: async () => { if (++done === count) finished() },
  late: async () => begun(),
}
const options = { connectionString, concurrency: 32, pollInterval: 1000, maxPoolSize: 10, ...silent }

for (let i = 0; i < count; i += 500) {
  await Promise.all(Array.from({ length: Math.min(500, count - i) }, () => utils.addJob('nothing', payload)))
}
const all = new Promise((resolve) => { finished = resolve })
const begin = performance.now()
let runner = await run({ ...options, taskList })
await all
const wholeJobs = count / ((performance.now() - begin) / 1000)

const times = []
for (let i = 0; i < 500; ++i) {
  const started = new Promise((resolve) => { begun = resolve })
  const added = performance.now()
  await utils.addJob('late', payload)
  await started
  times.push(performance.now() - added)
}
await runner.stop()
await utils.release()
times.sort((a, b) => a - b)
console.log(JSON.stringify({ jobs: count, wholeJobs, startMedianMs: times[250], startP99Ms: times[495] }))
