// What every metadata store must do, as tests/contract/metadata_store_contract.hpp says, seen through the package.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError } from 'imagegen'

const digest = (digit) => digit.repeat(64)
const named = (id, ms = 0) => ({ id, kind: 'master', objectKey: `masters/${id}.png`, sha256: digest('0'), created: 1_800_000_000_000 + ms })
const full = {
  ...named('a', 5), kind: 'rendition', url: "https://cdn.test/a.webp?x='1'", contentType: 'image/webp', width: 1920, height: 800,
  sizeBytes: 5_000_000_000, jobId: 'j-1', owner: "u 'quoted' ünï", provider: 'openai', model: 'gpt-image-1', promptSha256: digest('f'),
  extra: '{"t":"ünï\\u0000","n":1.50}',
}

/** @param make gives the options of a runtime whose records are none. */
export function metadataStoreContract(name, make) {
  const must = (what, body) => test(`${name}: ${what}`, { timeout: 60_000 }, async (t) => {
    const { open } = await import('../support.mjs')
    const { assets } = await open(t, make(t))
    await body({ assets, ids: async (query) => (await assets.list(query)).assets.map(({ id }) => id) })
  })

  must('gives back what was put', async ({ assets }) => {
    await assets.put(full)
    assert.deepEqual(await assets.get('a'), full)
    assert.deepEqual((await assets.list()).assets, [full])
  })
  must('keeps empty what is empty', async ({ assets }) => {
    await assets.put(named('a'))
    const { owner, url, extra, width } = await assets.get('a')
    assert.deepEqual([owner, url, extra, width], ['', '', '', 0])
  })
  must('replaces the record of an id', async ({ assets, ids }) => {
    for (const asset of [named('a', 1), named('b', 5), { ...named('a', 9), owner: 'v' }]) await assets.put(asset)
    assert.equal((await assets.get('a')).owner, 'v')
    assert.deepEqual(await ids(), ['a', 'b'])
  })
  must('knows what is not there, and forgets what is removed', async ({ assets, ids }) => {
    assert.equal(await assets.get("'; no id"), null)
    await assets.remove('a')
    for (const id of ['a', 'b']) await assets.put(named(id))
    await assets.remove('a')
    assert.equal(await assets.get('a'), null)
    assert.deepEqual(await ids(), ['b'])
  })
  must('refuses a record out of its limits, and keeps nothing', async ({ assets }) => {
    await assert.rejects(assets.put({ ...named('a'), extra: ' '.repeat(65_537) }), (error) => error instanceof InvalidArgumentError && /extra/.test(error.message))
    assert.equal(await assets.get('a'), null)
  })
  must('lists the newest first, in pages', async ({ assets, ids }) => {
    for (let i = 0; i < 5; ++i) await assets.put(named(`a${i}`, Math.floor(i / 2)))
    const pages = []
    for (let after = '', more = true; more; more = after !== '') {
      pages.push(await ids({ limit: 2, after }))
      after = (await assets.list({ limit: 2, after })).next
    }
    assert.deepEqual(pages, [['a4', 'a3'], ['a2', 'a1'], ['a0']])
  })
  must('orders ids by their bytes', async ({ assets, ids }) => {
    for (const id of ['a', 'B', '_', '-', 'Z', '0', 'b.1', 'b-1']) await assets.put(named(id))
    assert.deepEqual(await ids(), ['b.1', 'b-1', 'a', '_', 'Z', 'B', '0', '-'])
  })
  must('lists what is asked for', async ({ assets, ids }) => {
    await assets.put(named('a'))
    await assets.put({ ...named('b', 1), jobId: 'j', owner: 'u', kind: 'rendition', sha256: digest('1') })
    for (const query of [{ jobId: 'j' }, { owner: 'u' }, { kind: 'rendition' }, { sha256: digest('1') }]) assert.deepEqual(await ids(query), ['b'])
    assert.deepEqual(await ids({ jobId: 'j', kind: 'master' }), [])
    assert.deepEqual(await ids({ owner: '' }), ['a'])
  })
  must('refuses a page out of its limits', async ({ assets }) => {
    for (const limit of [0, -1, 1001, 1.5]) await assert.rejects(assets.list({ limit }), InvalidArgumentError, `${limit}`)
  })
  must('may be used many times at once', async ({ assets, ids }) => {
    const all = Array.from({ length: 100 }, (_, index) => named(`n-${index}`, index))
    await Promise.all(all.map(async (asset) => { await assets.put(asset); assert.ok(await assets.get(asset.id)) }))
    assert.equal((await ids({ limit: 1000 })).length, 100)
  })
}
