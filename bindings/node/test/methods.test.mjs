// The methods of store, assets and provider hand over what they are given. What a store or provider must do is checked by
// tests/engine_contract, which asks this package by the operations' names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AlreadyExistsError, InvalidArgumentError, LimitExceededError, NotFoundError } from 'imagegen'
import { MemoryStore, open, submission } from './support.mjs'

for (const [name, options] of [['memory:', () => ({})], ['a store of the host', () => ({ store: new MemoryStore() })]]) {
  test(`store, ${name}`, async (t) => {
    const { store } = await open(t, options())
    const stored = await store.put('a/b.webp', Buffer.from('12345'), { contentType: 'image/webp', onlyIfAbsent: true })
    assert.deepEqual([stored.key, stored.sizeBytes], ['a/b.webp', 5])
    await assert.rejects(store.put('a/b.webp', Buffer.from('6'), { onlyIfAbsent: true }), AlreadyExistsError)
    const found = await store.head('a/b.webp')
    assert.deepEqual([found.sizeBytes, found.etag, found.contentType], [5, stored.etag, 'image/webp'])
    assert.equal((await store.get('a/b.webp', { maxBytes: 5 })).toString(), '12345')
    await assert.rejects(store.get('a/b.webp', { maxBytes: 4 }), LimitExceededError)
    for (const key of ['a/c', 'a/d', 'b']) await store.put(key, Buffer.from('x'))
    const [{ key, etag }, ...more] = await store.list({ prefix: 'a/', limit: 1, after: 'a/a' })
    assert.deepEqual([key, etag, more.length], ['a/b.webp', stored.etag, 0])
    await store.remove('a/b.webp')
    assert.equal(await store.head('a/b.webp'), null)
    await assert.rejects(store.get('a/b.webp'), NotFoundError)
    assert.match(await store.url('x y/50%#?.webp'), /x%20y\/50%25%23%3F\.webp$/)
    assert.equal((await store.describe()).keepsContentType, true)
    for (const wrong of ['', '/a', '../a', 'a/../b', 'a\n', 'k'.repeat(1025)]) await assert.rejects(store.put(wrong, Buffer.from('x')), InvalidArgumentError, wrong)
  })
}

test('assets', async (t) => {
  const { assets } = await open(t)
  const asset = {
    id: 'a', kind: 'rendition', objectKey: 'a.webp', url: "https://cdn.test/a.webp?x='1'", contentType: 'image/webp', sha256: 'f'.repeat(64),
    width: 1920, height: 800, sizeBytes: 5_000_000_000, jobId: 'j-1', owner: 'u ünï', provider: 'openai', model: 'gpt-image-1',
    promptSha256: '0'.repeat(64), extra: '{"t":"ünï\\u0000","n":1.50}', created: 1_800_000_000_005,
  }
  await assets.put(asset)
  await assets.put({ ...asset, id: 'b', owner: 'v', created: asset.created + 1 })
  assert.deepEqual(await assets.get('a'), asset)
  const ids = async (query) => (await assets.list(query)).assets.map(({ id }) => id)
  assert.deepEqual([await ids(), await ids({ owner: 'v' })], [['b', 'a'], ['b']])
  const { assets: first, next } = await assets.list({ limit: 1 })
  assert.deepEqual([first[0].id, await ids({ limit: 1, after: next })], ['b', ['a']])
  await assets.remove('a')
  assert.equal(await assets.get('a'), null)
  for (const limit of [0, -1, 1001, 1.5]) await assert.rejects(assets.list({ limit }), InvalidArgumentError, `${limit}`)
})

test('provider', async (t) => {
  const { provider, images } = await open(t)
  const { provider: name, model, maxImagesPerCall } = await provider.describe()
  assert.ok(name && model && maxImagesPerCall >= 1)
  await provider.check()
  const [{ data }] = (await provider.submit({ ...submission, width: 1024, height: 1024 })).images
  assert.equal((await images.inspect(data)).width, 1024)
  for (const wrong of [{ prompt: '' }, { width: 0 }, { count: 0 }, { outsideTheLedger: false }]) {
    await assert.rejects(provider.submit({ ...submission, ...wrong }), (error) => error instanceof InvalidArgumentError && error.spent === false)
  }
})
