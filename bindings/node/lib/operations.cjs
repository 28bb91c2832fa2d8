'use strict'
// The operations of docs/operations.md as methods, made of what the library says of each. What the operation is of comes first
// (`jobs.get(id)`), then the files that it takes, then the other fields of its request; {signal, drain, onProgress, lend}
// stand among these or behind them. Files stand in the result where its description says, and a result that is about one
// field is that field. Every method returns a Call.

const { checkObject, checkString, wrong } = require('./check.cjs')
const { native } = require('./native.cjs')

// Arguments are checked inside of the call, so that a wrong one rejects its promise as every other failure does.
const lazily = (make) => ({ toJSON: make })

const callOptions = ['signal', 'drain', 'onProgress', 'lend', 'inputs']

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

// Splits what every call takes from the fields of the operation itself. What is no such object is complained of later.
function split(given, also = {}) {
  if (!isObject(given) || typeof given.toJSON === 'function' || !isObject(also)) return { own: given, call: also }
  const own = { ...given }
  const call = { ...also }
  for (const name of callOptions) {
    if (own[name] !== undefined) call[name] = own[name]
    delete own[name]
  }
  return { own, call }
}

// The same of what comes behind other arguments.
const splitOptions = (options) => (isObject(options) ? split(options) : { own: {}, call: options })

// Puts one file where a path leads to: "csv", "contactSheet.png"; "images[].data" takes one for each entry.
function place(result, { path, isText }, files) {
  const [first, rest] = path.split('.')
  if (rest === undefined) result[first] = isText ? files.shift().toString() : files.shift()
  else if (!first.endsWith('[]')) place((result[first] ??= {}), { path: rest, isText }, files)
  else for (const entry of result[first.slice(0, -2)] ?? []) place(entry, { path: rest, isText }, files)
}

// What the host gets of a result and its files.
function finisher({ files: places, gives, result: { properties } }) {
  if (Object.keys(properties).length === 0 && places.length === 0) return () => undefined
  return (result, files) => {
    const left = [...files]
    for (const one of places) if (left.length > 0) place(result, one, left)
    return gives ? result[gives] : result
  }
}

// The value of a positional argument: a text is checked here, everything else by the library.
const subjectOf = ({ subject, request: { properties } }, value) =>
  properties[subject].type === 'string' ? checkString(value, subject) : value

function method(start, described) {
  const { name, subject, inputs, request } = described
  const finish = finisher(described)
  const ofFiles = inputs.filter((input) => !(input in request.properties))
  if (!subject && ofFiles.length === 0) {
    return (what = {}, options = {}) => {
      const { own, call } = split(what, options)
      return start(name, own, call, [], finish)
    }
  }
  return (...given) => {
    const value = subject ? given.shift() : undefined
    const files = ofFiles.map(() => given.shift())
    const { own, call } = splitOptions(given[0] === undefined ? {} : given[0])
    return start(name, lazily(() => ({ ...own, ...(subject && { [subject]: subjectOf(described, value) }) })), call, files, finish)
  }
}

// ---------------------------------------------------------------- pictures, whose arguments are no documents

const withFirstFile = (result, [data]) => ({ ...result, data })

// Files that did not come out are empty: their rendition has `error` and no data.
const withEachFile = ({ renditions, ...rest }, files) => ({
  ...rest,
  renditions: renditions.map((rendition, index) => (rendition.error === undefined ? { ...rendition, data: files[index] } : rendition)),
})

// `pictures` are those that overlays name by their place.
function ofRenditions(start, operation, file, renditions, options, finish) {
  const { own: { pictures, ...own }, call } = splitOptions(options)
  const document = lazily(() => {
    if (!Array.isArray(renditions)) throw wrong('renditions', 'an array', renditions)
    return { ...own, renditions }
  })
  return start(operation, document, pictures === undefined ? call : { ...call, inputs: pictures }, [file], finish)
}

const images = (start) => ({
  inspect(file, options = {}) {
    const { own, call } = splitOptions(options)
    return start('images.inspect', own, call, [file])
  },
  decode(file, options = {}) {
    const { own, call } = splitOptions(options)
    return start('images.decode', own, call, [file], withFirstFile)
  },
  encode(pixels, options = {}) {
    const { own, call } = splitOptions(options)
    const document = lazily(() => {
      const { width, height, channels } = checkObject(pixels, 'pixels')
      return { ...own, width, height, channels }
    })
    return start('images.encode', document, call, [pixels?.data], withFirstFile)
  },
  plan(file, renditions, options = {}) {
    return ofRenditions(start, 'images.plan', file, renditions, options, (result) => result.renditions)
  },
  render(file, renditions, options = {}) {
    return ofRenditions(start, 'images.render', file, renditions, options, withEachFile)
  },
})

let described // once, and when the library is there

/** Groups of methods by their names: {jobs: {get, list, ...}, ...}. Those of `runtime` are of the runtime itself. */
function groups(start) {
  described ??= JSON.parse(native().operations().json).operations
  const all = {}
  for (const one of described) {
    const [group, name] = one.name.split('.')
    all[group] ??= {}
    all[group][name] = method(start, one)
  }
  return { ...all, images: images(start) }
}

module.exports = { groups }
