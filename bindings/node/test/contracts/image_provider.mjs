// What every image provider must do, as tests/contract/image_provider_contract.hpp says, seen through the package.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CancelledError, DeadlineExceededError, ImagegenError, InvalidArgumentError } from 'imagegen'

/** @param make gives {options, requests(), holdNext()}. @param isRemote There is a service that could be late. */
export function imageProviderContract(name, make, isRemote) {
  const mustWhenRemote = (what, body) => isRemote && must(what, body)
  const must = (what, body) => test(`${name}: ${what}`, { timeout: 60_000 }, async (t) => {
    const { open } = await import('../support.mjs')
    const service = await make(t)
    const { provider, images } = await open(t, service.options)
    const capability = await provider.describe()
    const [width, height] = capability.sizes.fixed[0] ?? [1024, 1024]
    const submit = (more = {}, options = {}) =>
      provider.submit({ outsideTheLedger: true, prompt: 'A cat on a greeting card', width, height, ...more }, options)
    const refused = async (more, field) => {
      const before = service.requests()
      await assert.rejects(submit(more), (error) => error instanceof InvalidArgumentError && error.message.includes(field) && error.spent === false)
      assert.equal(service.requests(), before)
    }
    await body({ service, provider, images, capability, submit, refused })
  })

  must('offers what can be asked for', async ({ capability }) => {
    assert.ok(capability.provider && capability.model && capability.maxImagesPerCall >= 1 && capability.maxPromptChars >= 1)
  })
  must('gives as many pictures as were asked for', async ({ capability, submit, images }) => {
    for (let count = 1; count <= Math.min(capability.maxImagesPerCall, 3); ++count) {
      const made = await submit({ count })
      assert.equal(made.images.length, count)
      for (const { data } of made.images) assert.match((await images.inspect(data)).format, /^(png|jpeg|webp)$/)
    }
  })
  must('refuses a prompt that is none or too long before any request', async ({ capability, refused }) => {
    if (capability.maxPromptChars < 10_000_000) await refused({ prompt: 'p'.repeat(capability.maxPromptChars + 1) }, 'prompt')
    await refused({ prompt: '' }, 'prompt')
  })
  must('refuses a size that it does not offer before any request', async ({ submit, service }) => {
    for (const [width, height] of [[0, 0], [-1024, -1024], [1, 99_999]]) await assert.rejects(submit({ width, height }), InvalidArgumentError)
    assert.equal(service.requests(), 0)
  })
  must('refuses a count out of range before any request', async ({ capability, refused }) => {
    await refused({ count: 0 }, 'count')
    await refused({ count: capability.maxImagesPerCall + 1 }, 'count')
  })
  mustWhenRemote('gives up at the deadline', async ({ service, submit }) => {
    service.holdNext()
    await assert.rejects(submit({ timeoutMs: 200 }), DeadlineExceededError)
    assert.equal(service.requests(), 1)
  })
  mustWhenRemote('ends when it is cancelled, and says that it may have arrived', async ({ service, submit }) => {
    const { until } = await import('../support.mjs')
    const abort = new AbortController()
    service.holdNext()
    const call = submit({}, { signal: abort.signal })
    await until(() => service.requests() === 1, 'the request')
    abort.abort()
    await assert.rejects(call, (error) => error === abort.signal.reason && call.failure instanceof CancelledError && call.failure.spent)
    assert.equal(service.requests(), 1)
  })
  must('checks itself', async ({ provider }) => provider.check())
  must('does not know the task of another', async ({ provider }) => {
    const task = { provider: 'another', id: 'id-1', resumeUrl: '' }
    await assert.rejects(provider.resume({ task }), ImagegenError)
    await assert.rejects(provider.cancel({ task }), ImagegenError)
  })
}
