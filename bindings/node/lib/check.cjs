'use strict'
// Checks of arguments, made before anything native is called: koffi truncates numbers and cuts strings without a word.

const { InvalidArgumentError } = require('./errors.cjs').statusClasses

const maxDepth = 200

/** What came instead, in a word that is safe to log. */
function got(value) {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object') return value.constructor?.name ? `an object of ${value.constructor.name}` : 'an object'
  return value === undefined ? 'nothing' : `a ${typeof value}`
}

function wrong(name, expected, value) {
  return new InvalidArgumentError(`${name}: expected ${expected}, got ${got(value)}`)
}

// Node 18 has no isWellFormed(). With the u flag only surrogates without their other half match.
const isWellFormed = (text) => (text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text))

function checkString(value, name) {
  if (typeof value !== 'string') throw wrong(name, 'a string', value)
  if (!isWellFormed(value)) throw new InvalidArgumentError(`${name}: expected well-formed text, got half a surrogate pair`)
  if (value.includes('\0')) throw new InvalidArgumentError(`${name}: expected text without NUL, got one`)
  return value
}

function checkObject(value, name) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(name, 'an object', value)
  return value
}

function checkFunction(value, name) {
  if (value !== undefined && typeof value !== 'function') throw wrong(name, 'a function', value)
  return value
}

function checkBoolean(value, name) {
  if (value !== undefined && typeof value !== 'boolean') throw wrong(name, 'true or false', value)
  return value ?? false
}

/** Of another realm or a polyfill is fine too. */
function checkSignal(value, name) {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || typeof value.aborted !== 'boolean' || typeof value.addEventListener !== 'function') {
    throw wrong(name, 'an AbortSignal', value)
  }
  return value
}

function checkKnown(options, known, name) {
  for (const key of Object.keys(checkObject(options, name))) {
    if (!known.includes(key)) throw new InvalidArgumentError(`${name}.${key}: expected one of ${known.join(', ')}`)
  }
  return options
}

const isBytes = (value) =>
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer) ||
  ['[object ArrayBuffer]', '[object SharedArrayBuffer]'].includes(Object.prototype.toString.call(value))

/** The bytes of any view or buffer, without a copy. */
function checkBytes(value, name) {
  if (!isBytes(value)) throw wrong(name, 'a Buffer, TypedArray, DataView or ArrayBuffer', value)
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value)
  // Asking for .buffer moves a small TypedArray out of the heap of the engine, where it would be moved about.
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

// A value of a document as JSON would have it, or an error that says where it has none.
function plain(value, path, depth) {
  switch (typeof value) {
    case 'string':
      return checkString(value, path)
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      if (!Number.isFinite(value)) throw wrong(path, 'a finite number', value)
      return value
    case 'bigint':
      return value.toString() // 64 bits that a double would not hold, such as seeds, are strings
    case 'object':
      break
    default:
      throw wrong(path, 'a value that JSON has', value)
  }
  if (value === null) return null
  if (depth > maxDepth) throw new InvalidArgumentError(`${path}: expected at most ${maxDepth} levels, got a cycle or more`)
  if (isBytes(value)) throw wrong(path, 'a value that JSON has', value)
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), path, depth + 1)
  if (Array.isArray(value)) return value.map((item, index) => plain(item ?? null, `${path}[${index}]`, depth + 1))
  const copy = {}
  for (const key of Object.keys(value)) {
    checkString(key, `${path}: a name of a field`)
    // defineProperty where "__proto__" would otherwise set the prototype.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: plain(value[key], path, depth + 1), enumerable: true })
    else copy[key] = plain(value[key], `${path}.${key}`, depth + 1)
  }
  return copy
}

/** An object as the text of a JSON document. */
function writeDocument(value, name) {
  return JSON.stringify(plain(checkObject(value, name), name, 0))
}

/** Any value as JSON text; undefined is {}. */
function toAnswer(value, name) {
  return value === undefined ? '{}' : JSON.stringify(plain(value, name, 0))
}

module.exports = {
  checkBoolean, checkBytes, checkFunction, checkKnown, checkObject, checkSignal, checkString, isBytes, toAnswer, writeDocument, wrong,
}
