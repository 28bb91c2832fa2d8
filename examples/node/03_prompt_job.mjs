// The user sees the prompt and its price first; then exactly that is bought: 03_prompt_job.mjs "a red boat on a lake"
import { Runtime } from 'imagegen'

const rawPrompt = process.argv[2] ?? 'a red boat on a lake'
const intent = 'hero image'
const runtime = await Runtime.open({ environment: true, config: { store: 'file:out', state: 'sqlite:imagegen.db' } })

const { finalPrompt, estimates } = await runtime.prompts.enhance({ intent, prompt: rawPrompt })
console.log(`approve this: ${finalPrompt} (one picture costs ${estimates[0] ?? 'an unknown sum'})`)

// A worker, here in the same process; as many as you like in others, on the same state.
const drain = new AbortController()
const working = runtime.worker.run({ drain: drain.signal })

const { jobId } = await runtime.prompts.execute({ intent, rawPrompt, finalPrompt, imageCount: 2, owner: 'user-1' })
let job
do {
  await new Promise((resume) => setTimeout(resume, 50))
  job = await runtime.prompts.get(jobId)
} while (job.status === 'QUEUED' || job.status === 'RUNNING')
console.log(job.status, job.error ?? '', job.cdnUrls)

const { purchases } = await runtime.spend.list({ jobId })
console.log(`${purchases.length} pictures in the ledger`)
drain.abort()
await working
await runtime.close()
process.exitCode = job.status === 'DONE' ? 0 : 1
