// From a pack to stored files: 01_heroes.mjs PACK.json writes into out/.
import { readFile } from 'node:fs/promises'
import { ImagegenError, Runtime } from 'imagegen'

const pack = JSON.parse(await readFile(process.argv[2], 'utf8'))
const runtime = await Runtime.open({
  environment: true, // OPENAI_API_KEY and so on
  config: {
    provider: 'placeholder', // or 'openai'
    store: 'file:out', // or 's3://bucket/prefix'
    state: 'sqlite:imagegen.db', // jobs, and what was bought
  },
})

try {
  const plan = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: pack, dryRun: true }) // buys nothing
  console.log(`${plan.cost.shots.length} pictures for ${plan.cost.estimated ?? 'an unknown sum of'} US dollars`)

  const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: pack })
  for await (const { stage, filesDone, filesTotal } of call.progress()) console.log(`${stage} ${filesDone}/${filesTotal}`)
  const { generated, failed } = await call
  for (const { filename, url } of generated) console.log(filename, url)
  for (const { shot_id, message } of failed) console.error(shot_id, message)
} catch (error) {
  if (!(error instanceof ImagegenError)) throw error
  console.error(error.code, error.message, error.faults, error.spent ? '(money may have been spent)' : '')
  process.exitCode = 1
} finally {
  await runtime.close()
}
