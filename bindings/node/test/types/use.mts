// Compiled and not run: every line is a promise of index.d.cts. Where a mistake must not compile, @ts-expect-error says so.
import { createServer } from 'node:http'
import {
  AlreadyExistsError, ImagegenError, RateLimitedError, Runtime, httpHandler, operations,
  type HeroProgress, type HeroResult, type HostContext, type HostProvider, type HostStore, type ProviderCapability, type ProviderRequest,
} from 'imagegen'

class Memory implements HostStore {
  readonly capability = { name: 'memory', durable: false }
  readonly #objects = new Map<string, Buffer>()

  async put(key: string, data: Buffer, options: { onlyIfAbsent: boolean }) {
    if (options.onlyIfAbsent && this.#objects.has(key)) throw new AlreadyExistsError(key)
    this.#objects.set(key, Buffer.from(data))
    return { etag: 'x' }
  }
  get(key: string) {
    return this.#objects.get(key)
  }
  async head(key: string) {
    const data = this.#objects.get(key)
    return data ? { sizeBytes: data.length } : null
  }
  remove(key: string) {
    this.#objects.delete(key)
  }
  async list({ prefix }: { prefix: string }) {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key }))
  }
}

class Painter implements HostProvider {
  readonly capability = { provider: 'mine', model: 'one', sizes: { fixed: [[1024, 1024]] as [number, number][] } }
  async submit(request: ProviderRequest, { signal }: HostContext) {
    if (signal.aborted) throw new RateLimitedError('later', { retryAfterMs: 10, delivery: 'not_sent' })
    return { images: [{ data: new Uint8Array(request.width), revisedPrompt: 'p' }], usage: { outputImage: 1 } }
  }
  resume() {
    return { images: [new Uint8Array(1)] }
  }
}

class Studio implements HostProvider {
  readonly capability: ProviderCapability = { provider: 'studio', models: [{ model: 'fast' }, { model: 'fine', takesMask: true, maxReferences: 4 }] }
  submit({ provider, model, references, mask, extras }: ProviderRequest) {
    const sizes: number[] = (references ?? []).map(({ byteLength }) => byteLength)
    return { images: [mask ?? new Uint8Array(sizes.length)], requestId: `${provider} ${model} ${extras?.loras}` }
  }
  resume = () => ({ images: [] })
}

const runtime: Runtime = await Runtime.open({ config: { store: 'memory:' }, store: new Memory(), provider: new Painter() })
const abort = new AbortController()
const call = runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: {} }, { signal: abort.signal, onProgress: ({ filesDone }) => filesDone + 1 })
for await (const step of call.progress()) {
  const one: HeroProgress = step
  if (one.stage === 'fileDone') call.cancel()
}
const result: HeroResult = await call
const urls: (string | undefined)[] = result.generated.map((file) => file.url)
const { files }: { files: Buffer[] } = await runtime.call('images.decode', {}, { inputs: [Buffer.alloc(1)], lend: true })
const made = await runtime.images.render(files[0]!, [{ width: 10, height: 10, fit: 'cover', format: 'webp' }])
const data: Buffer | undefined = made.renditions[0]?.data
const composed = await runtime.masks.composite(files[0]!, files[0]!, files[0]!, { feather: 4, polarity: 'transparent_is_edit', format: 'webp' })
const changed: [Buffer, number | undefined] = [composed.data, composed.region?.width]
const studios: Runtime = await Runtime.open({ provider: [new Painter(), new Studio()] })
await studios.provider.describe({ provider: 'studio', signal: abort.signal })
const near = await studios.provider.submit({
  outsideTheLedger: true, provider: 'studio', model: 'fine', prompt: 'a', width: 60, height: 60, steps: 5, extras: { loras: [] }, strict: false,
})
const left: (string | null)[] = (near.adaptations ?? []).map(({ sent }) => sent)
const used: number = await runtime.spend.used('total')
const names: string[] = operations().map(({ name }) => name)
const { status, headers: sent, incident } = await runtime.http.answer({ method: 'GET', path: '/', identity: { user: 'ann', roles: ['ops'] } }, { inputs: [Buffer.alloc(0)] })
const line: string = `${status} ${sent['Content-Type']} ${incident?.id}`
createServer(httpHandler(runtime, { identify: ({ headers }) => (headers.cookie ? { user: headers.cookie } : null), onError: (error) => error.incident?.length }))
const { jobs, drained } = await runtime.worker.run({ untilIdle: true, signal: AbortSignal.timeout(1000), drain: AbortSignal.timeout(500) })
const counted: [number, boolean] = [jobs, drained]
void counted
await runtime.close()

try {
  await runtime.jobs.get('x')
} catch (error) {
  if (error instanceof ImagegenError) console.log(error.code, error.retryable, error.spent, error.httpStatus, error.body)
}

// @ts-expect-error: a work item has an id
runtime.heroes.generate({ lifestylePack: {} })
// @ts-expect-error: no such fit
runtime.images.render(files[0]!, [{ width: 1, height: 1, fit: 'wide' }])
// @ts-expect-error: a composite has a mask
runtime.masks.composite(files[0]!, files[0]!)
// @ts-expect-error: runtimes are opened
new Runtime()
// @ts-expect-error: a bare call says that it is outside the ledger
runtime.provider.submit({ prompt: 'a', width: 1, height: 1 })
// @ts-expect-error: a provider has a name
const nameless: ProviderCapability = { model: 'one' }
// @ts-expect-error: a store can also remove
const half: HostStore = { put() {}, get: () => null, head: () => null, list: () => [] }

export { urls, data, changed, used, names, half, left, nameless }
