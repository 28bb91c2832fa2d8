// What every object store must do, as tests/contract/object_store_contract.hpp says, seen through the package.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AlreadyExistsError, InvalidArgumentError, LimitExceededError, NotFoundError } from 'imagegen'

/** @param make gives the options of a runtime whose store is empty. */
export function objectStoreContract(name, make) {
  const must = (what, body) => test(`${name}: ${what}`, { timeout: 60_000 }, async (t) => {
    const { open } = await import('../support.mjs')
    const { store } = await open(t, make(t))
    const put = (key, text = 'x', options = {}) => store.put(key, Buffer.from(text), options)
    await body({
      store, put,
      text: async (key) => (await store.get(key)).toString(),
      list: async (prefix = '', limit = 100, after = '') => (await store.list({ prefix, limit, after })).map(({ key }) => key),
      putAll: async (...keys) => { for (const key of keys) await put(key) },
    })
  })

  must('gives back what was put', async ({ store }) => {
    const bytes = Buffer.from([0, 255, 112, 105, 99])
    await store.put('fcc/lifestyle/OL-1.webp', bytes)
    assert.ok(bytes.equals(await store.get('fcc/lifestyle/OL-1.webp')))
  })
  must('put and head agree', async ({ store, put }) => {
    const stored = await put('a/b.webp', '12345')
    const found = await store.head('a/b.webp')
    assert.deepEqual([found.key, found.sizeBytes, stored.sizeBytes, found.etag], ['a/b.webp', 5, 5, stored.etag])
    assert.notEqual(stored.etag, '')
  })
  must('tells the content type that it can know', async ({ store, put }) => {
    const contentType = (await store.describe()).keepsContentType ? 'image/x-odd' : 'image/webp'
    await put('a.webp', 'x', { contentType })
    assert.equal((await store.head('a.webp')).contentType, contentType)
  })
  must('knows that there is nothing', async ({ store }) => {
    assert.equal(await store.head('nothing/here'), null)
    await assert.rejects(store.get('nothing/here'), NotFoundError)
  })
  must('removes, and agrees to remove nothing', async ({ store, putAll, text }) => {
    await putAll('a/1', 'a/2')
    for (const key of ['a/1', 'a/1', 'never/was']) await store.remove(key)
    assert.equal(await store.head('a/1'), null)
    assert.equal(await text('a/2'), 'x')
  })
  must('overwrites, and then has another etag', async ({ store, put, text }) => {
    const [first, second] = [await put('a', 'old'), await put('a', 'new')]
    assert.notEqual(first.etag, second.etag)
    assert.deepEqual([(await store.head('a')).etag, await text('a')], [second.etag, 'new'])
  })
  must('lets a conditional put lose against what is there, and win when it is gone', async ({ store, put, text }) => {
    await put('a', 'first', { onlyIfAbsent: true })
    for (const content of ['second', 'first']) await assert.rejects(put('a', content, { onlyIfAbsent: true }), AlreadyExistsError)
    assert.equal(await text('a'), 'first')
    await store.remove('a')
    await put('a', 'second', { onlyIfAbsent: true })
    assert.equal(await text('a'), 'second')
  })
  must('lets one of many conditional puts win', async ({ put, text }) => {
    const texts = Array.from({ length: 16 }, (_, index) => String.fromCharCode(97 + index).repeat(20_000))
    const done = await Promise.allSettled(texts.map((content) => put('new/folder/a', content, { onlyIfAbsent: true })))
    const won = texts.filter((_, index) => done[index].status === 'fulfilled')
    assert.equal(won.length, 1)
    for (const { status, reason } of done) if (status === 'rejected') assert.ok(reason instanceof AlreadyExistsError, `${reason}`)
    assert.equal(await text('new/folder/a'), won[0])
  })
  must('shows readers whole objects while writers overwrite', async ({ put, text }) => {
    const texts = Array.from({ length: 8 }, (_, index) => String.fromCharCode(97 + index).repeat(100_000))
    await put('a', texts[0])
    const work = texts.flatMap((content) => [put('a', content).then(() => texts[0]), text('a')])
    for (const seen of await Promise.all(work)) assert.ok(texts.includes(seen), `${seen.length} bytes`)
  })
  must('keeps an empty object, and five megabytes', async ({ store, put }) => {
    await put('empty', '')
    assert.deepEqual([(await store.get('empty', { maxBytes: 0 })).length, (await store.head('empty')).sizeBytes], [0, 0])
    const large = Buffer.alloc(5_000_001)
    for (let at = 0; at < large.length; ++at) large[at] = Math.imul(at, 2654435761) >>> 24
    await store.put('big.png', large)
    assert.ok(large.equals(await store.get('big.png')))
  })
  must('takes every character that a key can have', async ({ store, put, text, list }) => {
    const keys = ['a b.webp', '100%.webp', '%41.txt', 'A.txt', 'a+b', 'what?x=1&y', 'a#b', '~tilde', 'é/日本.png', '🎨', 'q\'"<>&;,.a', '.hidden',
      'a..b/...', '!$()*=@[]^_`{|}:', 'x/ y /z ']
    for (const key of keys) await put(key, key)
    for (const key of keys) assert.equal(await text(key), key)
    assert.deepEqual(await list(), keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    for (const key of keys) await store.remove(key)
    assert.deepEqual(await list(), [])
  })
  must('takes the longest key', async ({ put, text, list }) => {
    const key = `${`${'k'.repeat(200)}/`.repeat(4)}`.padEnd(1000, 'z')
    await put(key, 'far')
    assert.equal(await text(key), 'far')
    assert.deepEqual(await list(key.slice(0, 300)), [key])
  })
  must('gets nothing above the limit', async ({ store, put }) => {
    await put('a', '12345')
    assert.equal((await store.get('a', { maxBytes: 5 })).length, 5)
    await assert.rejects(store.get('a', { maxBytes: 4 }), LimitExceededError)
    await assert.rejects(store.get('no', { maxBytes: 4 }), NotFoundError)
  })
  must('lists in byte order what begins with the prefix', async ({ putAll, list }) => {
    await putAll('b', 'a/b', 'a.b', 'a0', 'é', 'a-b/c', 'shop/a', 'shop/ab/c', 'shop/b', 'shopping')
    assert.deepEqual(await list(), ['a-b/c', 'a.b', 'a/b', 'a0', 'b', 'shop/a', 'shop/ab/c', 'shop/b', 'shopping', 'é'])
    assert.deepEqual(await list('shop/'), ['shop/a', 'shop/ab/c', 'shop/b'])
    assert.deepEqual(await list('shop/a'), ['shop/a', 'shop/ab/c'])
    assert.deepEqual(await list('shop/ab/c'), ['shop/ab/c'])
    for (const none of ['shop/ab/cd', 'none/']) assert.deepEqual(await list(none), [])
  })
  must('lists page by page, after a key that need not exist', async ({ putAll, list }) => {
    await putAll('p/a', 'p/b/1', 'p/b/2', 'p/b.x', 'p/c', 'q')
    const all = []
    for (let page; (page = await list('p/', 2, all.at(-1) ?? '')).length > 0; all.push(...page)) assert.ok(page.length <= 2)
    assert.deepEqual(all, ['p/a', 'p/b.x', 'p/b/1', 'p/b/2', 'p/c'])
    assert.deepEqual(await list('', 100, 'p/b/15'), ['p/b/2', 'p/c', 'q'])
    assert.deepEqual(await list('p/b/', 100, 'p/b0'), [])
    assert.deepEqual(await list('', 0), [])
  })
  must('tells size and etag in a list', async ({ store, put }) => {
    const { etag } = await put('a/b', '123')
    const [found, ...more] = await store.list({ prefix: 'a/' })
    assert.deepEqual([found.sizeBytes, found.etag, more.length], [3, etag, 0])
  })
  must('refuses headers that could smuggle, and keys that are none', async ({ store, put }) => {
    await assert.rejects(put('a', 'x', { contentType: 'image/webp\r\nx-evil: 1' }), InvalidArgumentError)
    await assert.rejects(put('a', 'x', { cacheControl: 'no-store\n' }), InvalidArgumentError)
    assert.equal(await store.head('a'), null)
    for (const key of ['', '/a', '../a', 'a/../b', 'a\n', 'k'.repeat(1025)]) await assert.rejects(put(key), InvalidArgumentError, key)
  })
  must('names the key in its URL, percent-encoded', async ({ store }) => {
    assert.match(await store.url('x y/50%#?.webp'), /x%20y\/50%25%23%3F\.webp$/)
    assert.notEqual(await store.url('a%20b'), await store.url('a b'))
  })
}
