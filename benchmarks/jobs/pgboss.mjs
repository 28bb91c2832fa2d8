// The same by pg-boss: node pgboss.mjs POSTGRES JOBS. Prints one JSON object.
import { PgBoss } from 'pg-boss'

const [connectionString, jobsText] = process.argv.slice(2)
const count = Number(jobsText)
const data = { prompt: ' '.repeat(600) }
const boss = new PgBoss({ connectionString, schema: 'pgboss', max: 10 })
boss.on('error', (error) => console.error(error.message))
await boss.start()
await boss.createQueue('nothing')

for (let i = 0; i < count; i += 500) {
  await boss.insert('nothing', Array.from({ length: Math.min(500, count - i) }, () => ({ data })))
}
let done = 0
const begin = performance.now()
const fetcher = async () => {
  for (;;) {
    const jobs = await boss.fetch('nothing', { batchSize: 10 })
    if (jobs.length === 0) return
    await boss.complete('nothing', jobs.map((job) => job.id))
    done += jobs.length
  }
}
await Promise.all(Array.from({ length: 4 }, fetcher))
if (done !== count) throw new Error(`did ${done} of ${count}`)
console.log(JSON.stringify({ jobs: count, wholeJobs: count / ((performance.now() - begin) / 1000) }))
await boss.stop({ graceful: false })
