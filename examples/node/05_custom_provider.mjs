// A provider of your own: a class with async methods, here of a service behind HTTP: 05_custom_provider.mjs URL
import { ContentRefusedError, RateLimitedError, Runtime } from 'imagegen'

class HouseModel {
  capability = { provider: 'house', model: 'house-1', paid: false, sizes: { multipleOf: 64, maxSide: 2048 } }
  constructor(url) { this.url = url }

  async submit({ prompt, width, height, count }, { signal }) {
    const body = JSON.stringify({ prompt, width, height, count })
    const response = await fetch(`${this.url}/generate`, { method: 'POST', body, signal })
    // `delivery` says whether something may have been bought; without it the library takes it that it may.
    if (response.status === 429) throw new RateLimitedError('busy', { delivery: 'answered', retryable: true, retryAfterMs: 1000 })
    if (response.status === 422) throw new ContentRefusedError('refused', { delivery: 'answered' })
    if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { code: 'UNAVAILABLE', delivery: 'answered' })
    const { images } = await response.json()
    return { images: images.map(({ base64, prompt: revisedPrompt }) => ({ data: Buffer.from(base64, 'base64'), revisedPrompt })) }
  }

  async resume() {
    throw new Error('this service has no tasks')
  }
}

const runtime = await Runtime.open({ provider: new HouseModel(process.argv[2]), config: { store: 'file:out' } })
const { jobId } = await runtime.prompts.execute({ intent: 'hero image', rawPrompt: 'a boat', finalPrompt: 'A red boat on a lake.' })
await runtime.worker.run({ untilIdle: true })
const { status, cdnUrls, error } = await runtime.prompts.get(jobId)
console.log(status, error ?? '', cdnUrls)
await runtime.close()
