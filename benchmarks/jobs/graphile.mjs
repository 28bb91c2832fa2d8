// The same by graphile-worker: node graphile.mjs POSTGRES JOBS STARTS STARTS_A_SECOND. Prints one JSON object.
import { makeWorkerUtils, run, runMigrations, Logger } from 'graphile-worker'
import { StartTimes } from './start-times.mjs'

const [connectionString, ...numbers] = process.argv.slice(2)
const [count, startCount, perSecond] = numbers.map(Number)
const prompt = ' '.repeat(600)
const logger = new Logger(() => () => {})
await runMigrations({ connectionString, logger })
const utils = await makeWorkerUtils({ connectionString, logger })

let done = 0
let finished
const all = new Promise((resolve) => { finished = resolve })
const starts = new StartTimes(startCount, perSecond)
const taskList = {
  nothing: async () => { if (++done === count) finished() },
  late: async ({ number }) => starts.begun(number),
}

for (let i = 0; i < count; i += 500) {
  await Promise.all(Array.from({ length: Math.min(500, count - i) }, () => utils.addJob('nothing', { prompt })))
}
const begin = performance.now()
const runner = await run(
  { connectionString, concurrency: 32, pollInterval: 1000, maxPoolSize: 10, noHandleSignals: true, logger, taskList })
await all
const wholeJobs = count / ((performance.now() - begin) / 1000)
const found = await starts.run((number) => utils.addJob('late', { number, prompt }))
await runner.stop()
await utils.release()
console.log(JSON.stringify({ jobs: count, wholeJobs, ...found }))
