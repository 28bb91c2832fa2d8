// The same by pg-boss: node pgboss.mjs POSTGRES JOBS STARTS STARTS_A_SECOND. Prints one JSON object.
import { PgBoss } from 'pg-boss'
import { StartTimes } from './start-times.mjs'

const [connectionString, ...numbers] = process.argv.slice(2)
const [count, startCount, perSecond] = numbers.map(Number)
const prompt = ' '.repeat(600)
// What it calls a slow query or a backlog is told on stderr; what it cannot do must end this.
const boss = new PgBoss({ connectionString, schema: 'pgboss', max: 10, useListenNotify: true })
boss.on('error', (error) => { throw error })
boss.on('warning', (warning) => console.error(JSON.stringify(warning)))
await boss.start()

async function queue(name, count) {
  await boss.createQueue(name, { notify: name === 'late' })
  for (let i = 0; i < count; i += 500) {
    await boss.insert(name, Array.from({ length: Math.min(500, count - i) }, () => ({ data: { prompt } })))
  }
}

// Claims alone, as four programs would. \return A second.
async function claims(name, batchSize, complete) {
  await queue(name, count)
  let done = 0
  const begin = performance.now()
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (;;) {
      const jobs = await boss.fetch(name, { batchSize })
      if (jobs.length === 0) return
      if (complete) await boss.complete(name, jobs.map((job) => job.id))
      done += jobs.length
    }
  }))
  if (done !== count) throw new Error(`${name}: did ${done} of ${count}`)
  return count / ((performance.now() - begin) / 1000)
}

const claimsOneAtATime = await claims('one', 1, false)
const claimsTenAtATime = await claims('ten', 10, false)
const wholeJobs = await claims('nothing', 10, true)

await queue('late', 0)
const starts = new StartTimes(startCount, perSecond)
const options = { localConcurrency: 4, pollingIntervalSeconds: 1 }
await boss.work('late', options, async (jobs) => { for (const job of jobs) starts.begun(job.data.number) })
const found = await starts.run((number) => boss.send('late', { number, prompt }))
console.log(JSON.stringify({ jobs: count, claimsOneAtATime, claimsTenAtATime, wholeJobs, ...found }))
await boss.stop({ graceful: false })
