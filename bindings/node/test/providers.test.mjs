// Several providers of one host: who is asked, by name, and what each is handed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError, Runtime, UnavailableError } from 'imagegen'
import { HostParts } from '../lib/host.cjs'
import { open, picture, providerOf, submission } from './support.mjs'

const route = {
  route: [{ provider: 'first' }, { provider: 'second' }],
  retry: { maxAttempts: 1 },
  prompts: { width: 64, height: 64 },
}

/** A provider of that name that writes down what it was asked for. */
function named(provider, submit, more) {
  const asked = []
  const made = providerOf((request) => (asked.push(request), submit(request)), { provider, ...more })
  return { ...made, asked }
}

const away = () => { throw new UnavailableError('away', { delivery: 'not_sent' }) }

async function drawByJob(runtime) {
  const { jobId } = await runtime.prompts.execute({ intent: 'hero image', rawPrompt: 'a boat', finalPrompt: 'A boat.' })
  await runtime.worker.run({ untilIdle: true })
  const { status, error } = await runtime.prompts.get(jobId)
  assert.equal(status, 'DONE', error)
  const { events } = await runtime.jobs.events(jobId)
  return { jobId, bought: events.filter(({ event }) => event === 'image_bought').map(({ detail }) => [detail.provider, detail.model]) }
}

test('a route goes on to the second, and the record names it', { timeout: 30_000 }, async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const [first, second] = [named('first', away), named('second', async () => ({ images: [drawn] }), { model: 'other' })]
  const runtime = await open(t, { config: route, provider: [first, second] })
  const { jobId, bought } = await drawByJob(runtime)
  assert.deepEqual(bought, [['second', 'other']])
  const { assets } = await runtime.assets.list({ jobId })
  assert.deepEqual(assets.map(({ provider, model }) => [provider, model]), [['second', 'other']])
  const { purchases } = await runtime.spend.list({ jobId })
  assert.deepEqual(new Map(purchases.map(({ provider, state }) => [provider, state])), new Map([['first', 'released'], ['second', 'settled']]))
  assert.deepEqual([...first.asked, ...second.asked].map(({ provider, model }) => [provider, model]), [['first', 'house-1'], ['second', 'other']])
})

test('a purchase is resumed at the provider that has it', { timeout: 30_000 }, async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const resumed = []
  const resuming = (provider) => ({ ...provider, resume: async (task) => (resumed.push([provider.capability.provider, task]), { images: [drawn] }) })
  const [first, second] = [named('first', away), named('second', () => ({ task: { id: 't-second' } }))].map(resuming)
  const runtime = await open(t, { config: route, provider: [first, second] })
  assert.deepEqual((await drawByJob(runtime)).bought, [['second', 'house-1']])
  const whole = { provider: 'second', id: 't-second', resumeUrl: '' }
  assert.deepEqual(resumed, [['second', whole]])
  const { task } = await runtime.provider.submit({ ...submission, provider: 'second' })
  await runtime.provider.resume({ task })
  assert.deepEqual(resumed, [['second', whole], ['second', whole]])
})

test('the first is asked where none is named', async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const draw = () => ({ images: [drawn] })
  const checked = []
  const [first, second] = ['first', 'second'].map((name) => ({ ...named(name, draw), check: () => void checked.push(name) }))
  const runtime = await open(t, { provider: [first, second] })
  assert.deepEqual([(await runtime.provider.describe()).provider, (await runtime.provider.describe({ provider: 'second' })).provider], ['first', 'second'])
  await runtime.provider.submit(submission)
  await runtime.provider.check()
  await assert.rejects(runtime.provider.submit({ ...submission, provider: 'third' }), InvalidArgumentError)
  assert.deepEqual([first.asked.length, second.asked.length, checked], [1, 0, ['first']])
})

test('each has a name of its own', async () => {
  const provider = named('first', away)
  const nameless = { ...provider, capability: { model: 'house-1' } }
  const cases = [[[provider, provider], /provider\[1\].*own.*"first" again/], [[provider, nameless], /provider\[1\].*got none/], [[], /empty array/], [[provider, {}], /provider\[1\]\.submit/]]
  for (const [given, message] of cases) {
    await assert.rejects(Runtime.open({ provider: given }), (error) => error instanceof InvalidArgumentError && message.test(error.message) || assert.fail(`${error}`))
  }
})

test('the whole request arrives', async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const takes = { takesStrength: true, takesGuidance: true, takesSteps: true, takesExtras: true, takesNegative: true }
  const models = [{ model: 'plain' }, { model: 'rich', quality: 'low', qualities: ['low', 'high'], ...takes }]
  const provider = named('many', () => ({ images: [drawn] }))
  provider.capability = { provider: 'many', models }
  const runtime = await open(t, { provider })
  assert.deepEqual((await runtime.provider.describe()).models.map(({ model, takesExtras }) => [model, takesExtras]), [['plain', false], ['rich', true]])
  const wanted = { model: 'rich', quality: 'high', negativePrompt: 'fog', strength: 0.5, guidance: 7.5, steps: 30, extras: { loras: [{ scale: 0.25 }] } }
  const { adaptations } = await runtime.provider.submit({ ...submission, ...wanted })
  assert.equal(adaptations, undefined)
  const { prompt, width, height } = submission
  assert.deepEqual(provider.asked, [{ ...wanted, provider: 'many', prompt, width, height, count: 1 }])
})

test('what a model cannot do is refused, or left out and told', async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  const provider = named('house', () => ({ images: [drawn] }))
  const runtime = await open(t, { provider })
  const odd = { ...submission, width: 60, height: 60, steps: 5 }
  await assert.rejects(runtime.provider.submit(odd), InvalidArgumentError)
  const { adaptations } = await runtime.provider.submit({ ...odd, strict: false })
  assert.deepEqual(adaptations.map(({ field, asked, sent }) => [field, asked, sent]), [['size', '60x60', '64x64'], ['steps', '5', null]])
  assert.deepEqual(provider.asked.map(({ width, steps }) => [width, steps]), [[64, undefined]])
})

// As the library asks for it.
function ask(values, files) {
  const provider = named('house', () => ({ images: [Buffer.from('x')] }))
  const host = new HostParts({ provider }, { resolve() {}, reject: (token, json) => assert.fail(json) })
  host.begin(1, { part: 'provider', method: 'submit', arguments: { provider: 'house', prompt: 'a', ...values }, timeoutMs: 1000 }, files)
  return provider.asked[0]
}

test('the files beside a request are its references and its mask', () => {
  const files = ['one', 'two', 'white'].map((text) => Buffer.from(text))
  const request = { provider: 'house', prompt: 'a' }
  assert.deepEqual(ask({ references: 2, mask: true }, files), { ...request, references: files.slice(0, 2), mask: files[2] })
  assert.deepEqual(ask({ references: 2 }, files.slice(0, 2)), { ...request, references: files.slice(0, 2) })
  assert.deepEqual(ask({}, []), request)
})
