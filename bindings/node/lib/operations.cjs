'use strict'
// The operations of docs/operations.md as methods. Files stand in the result as `data`, and a result of one field is that
// field. Every method takes {signal, drain, onProgress} last and returns a Call.

const { checkObject, checkString, wrong } = require('./check.cjs')

// Arguments are checked inside of the call, so that a wrong one rejects its promise as every other failure does.
const lazily = (make) => ({ toJSON: make })

const id = (value, name) => lazily(() => ({ [name]: checkString(value, name) }))
// {owner} in the options goes with the id: whoever asks in a user's name.
const owned = (start, name, of, pickFrom) => (value, options) => {
  if (options === null || typeof options !== 'object') return start(name, id(value, of), options, [], pickFrom)
  const { owner, ...call } = options
  const asked = () => (owner === undefined ? {} : { owner: checkString(owner, 'owner') })
  return start(name, lazily(() => ({ [of]: checkString(value, of), ...asked() })), call, [], pickFrom)
}
const request = (value = {}) => value
const pick = (name) => (result) => result[name]
const nothing = () => undefined

const withFirstFile = (result, [data]) => ({ ...result, data })

// Files that did not come out are empty: their rendition has `error` and no data.
const withEachFile = ({ renditions, ...rest }, files) => ({
  ...rest,
  renditions: renditions.map((rendition, index) => (rendition.error === undefined ? { ...rendition, data: files[index] } : rendition)),
})

const withContactSheet = (result, files) => (files.length === 2 ? { ...result, contactSheet: { html: files[0].toString(), png: files[1] } } : result)

// Splits {signal, drain, onProgress, lend} from the options of the operation itself.
function split(options = {}) {
  if (options === null || typeof options !== 'object') return { own: {}, call: options }
  const { signal, drain, onProgress, lend, ...own } = options
  const call = {}
  for (const [name, value] of Object.entries({ signal, drain, onProgress, lend })) if (value !== undefined) call[name] = value
  return { own, call }
}

const heroes = (start) => ({
  generate: (what, options) => start('heroes.generate', request(what), options, [], withContactSheet),
})

const prompts = (start) => ({
  enhance: (what, options) => start('prompts.enhance', request(what), options),
  execute: (what, options) => start('prompts.execute', request(what), options),
  get: owned(start, 'prompts.get', 'jobId'),
  retry: owned(start, 'prompts.retry', 'jobId'),
  cancel: owned(start, 'prompts.cancel', 'jobId'),
  list: (what, options) => start('prompts.list', request(what), options),
})

const worker = (start) => ({
  run(options) {
    const { own, call } = split(options)
    return start('worker.run', own, call)
  },
})

const jobs = (start) => ({
  get: owned(start, 'jobs.get', 'id', pick('job')),
  cancel: owned(start, 'jobs.cancel', 'id', pick('job')),
  retry: owned(start, 'jobs.retry', 'id', pick('job')),
  list: (what, options) => start('jobs.list', request(what), options),
  events: owned(start, 'jobs.events', 'id'),
  audit: owned(start, 'jobs.audit', 'id'),
  replay: owned(start, 'jobs.replay', 'id'),
})

const spend = (start) => ({
  list: (what, options) => start('spend.list', request(what), options),
  used: (scope, options) => start('spend.used', id(scope, 'scope'), options, [], pick('used')),
  settle: (what, options) => start('spend.settle', request(what), options, [], pick('purchase')),
  export: (what, options) => start('spend.export', request(what), options, [], withFirstFile),
  spool: (what, options) => start('spend.spool', request(what), options),
})

const assets = (start) => ({
  put: (asset, options) => start('assets.put', { asset }, options, [], nothing),
  get: (assetId, options) => start('assets.get', id(assetId, 'id'), options, [], pick('asset')),
  remove: (assetId, options) => start('assets.remove', id(assetId, 'id'), options, [], nothing),
  list: (what, options) => start('assets.list', request(what), options),
})

const store = (start) => ({
  put(key, data, options) {
    const { own, call } = split(options)
    return start('store.put', lazily(() => ({ ...own, key: checkString(key, 'key') })), call, [data])
  },
  get(key, options) {
    const { own, call } = split(options)
    return start('store.get', lazily(() => ({ ...own, key: checkString(key, 'key') })), call, [], (result, [data]) => data)
  },
  head: (key, options) => start('store.head', id(key, 'key'), options, [], pick('object')),
  remove: (key, options) => start('store.remove', id(key, 'key'), options, [], nothing),
  url: (key, options) => start('store.url', id(key, 'key'), options, [], pick('url')),
  list: (what, options) => start('store.list', request(what), options, [], pick('objects')),
  describe: (options) => start('store.describe', {}, options),
})

const provider = (start) => ({
  describe(options) {
    const { own, call } = split(options)
    return start('provider.describe', own, call)
  },
  check: (what, options) => start('provider.check', request(what), options, [], nothing),
  submit: (what, options) => start('provider.submit', request(what), options, [], withPictures),
  resume: (what, options) => start('provider.resume', request(what), options, [], withPictures),
  cancel: (what, options) => start('provider.cancel', request(what), options, [], nothing),
})

const withPictures = (result, files) =>
  result.images ? { ...result, images: result.images.map((image, index) => ({ ...image, data: files[index] })) } : result

const images = (start) => ({
  inspect(file, options) {
    const { own, call } = split(options)
    return start('images.inspect', own, call, [file])
  },
  decode(file, options) {
    const { own, call } = split(options)
    return start('images.decode', own, call, [file], withFirstFile)
  },
  encode(pixels, options) {
    const { own, call } = split(options)
    const document = lazily(() => {
      const { width, height, channels } = checkObject(pixels, 'pixels')
      return { ...own, width, height, channels }
    })
    return start('images.encode', document, call, [pixels?.data], withFirstFile)
  },
  render(file, renditions, options) {
    const { own, call } = split(options)
    const document = lazily(() => {
      if (!Array.isArray(renditions)) throw wrong('renditions', 'an array', renditions)
      return { ...own, renditions }
    })
    return start('images.render', document, call, [file], withEachFile)
  },
})

const http = (start) => ({
  answer: (what, options) => start('http.answer', request(what), options),
})

const groups = { heroes, prompts, worker, jobs, spend, assets, store, provider, images, http }

module.exports = { groups }
