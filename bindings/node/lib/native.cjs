'use strict'
// The whole border to C, as one object of functions over koffi. Nothing else of the package knows koffi, so that an addon
// could take its place. It knows no class of the package either: two copies of one version of the package share one such object.

const { findLibrary } = require('./library.cjs')
const { LibraryError } = require('./errors.cjs')

const abiMajor = 1
const pollIn = 1
const { version: packageVersion } = require('../package.json')
const shared = Symbol.for(`imagegen.native.${packageVersion}`) // other versions have other functions

/** The functions of the library, which is loaded when they are first asked for. */
function native() {
  return (globalThis[shared] ??= load(findLibrary()))
}

function load(file) {
  const koffi = require('koffi')
  // Before the first load(): the library is entered on stacks that koffi makes, of 128 KiB if nobody says more.
  let deepStack = true
  try {
    koffi.config({ async_stack_size: 1 << 20, resident_async_pools: 16 })
  } catch {
    deepStack = koffi.config().async_stack_size >= 1 << 20 // somebody else loaded a library before us
  }
  let library
  try {
    library = koffi.load(file)
  } catch (cause) {
    throw new LibraryError(`the library of imagegen cannot be loaded: ${file}: ${cause.message}`, [file], cause)
  }
  checkVersion(library, file)
  return bind(koffi, declareAll(koffi, library, file), deepStack)
}

// A library of the same major version may be older than this package, and then lack what was added since.
function declareAll(koffi, library, file) {
  try {
    return declare(koffi, library)
  } catch (cause) {
    let version = 'an unknown version'
    try {
      version = `version ${library.func('imagegen_version', 'str', [])()}`
    } catch { /* it lacks that too */ }
    throw new LibraryError(
      `this package is version ${packageVersion}, and the library is ${version} and lacks a function that the package needs: ` +
        `${file}: ${cause.message}: install package and library of one version`, [file], cause)
  }
}

function checkVersion(library, file) {
  let version
  try {
    version = library.func('imagegen_abi_version', 'uint32_t', [])()
  } catch (cause) {
    throw new LibraryError(`no library of imagegen: ${file}: ${cause.message}`, [file], cause)
  }
  if (version >>> 16 === abiMajor) return
  throw new LibraryError(
    `this package needs ABI ${abiMajor} of the library, and ${file} has ABI ${version >>> 16}.${version & 0xffff}: ` +
      'install package and library of one major version', [file])
}

// Types without names, because names are shared by the whole process. Handles are numbers and no addresses.
function declare(koffi, library) {
  const { pointer, out, struct } = koffi
  const handle = 'uintptr_t'
  const outHandle = out(pointer('uintptr_t'))
  const view = struct({ data: 'const uint8_t *', size: 'size_t' })
  const part = struct({
    struct_size: 'size_t', kind: 'str', capability_json: 'str', call: 'void *', cancelled: 'void *', release: 'void *', user_data: 'void *',
  })
  const runtimeOptions = struct({
    struct_size: 'size_t', config_json: 'str', read_environment: 'uint32_t', reserved: 'uint32_t', parts: pointer(part), parts_count: 'size_t',
    overrides_json: 'str',
  })
  const callOptions = struct({
    struct_size: 'size_t', inputs: pointer(view), inputs_count: 'size_t', lend_inputs: 'uint32_t', reserved: 'uint32_t',
    on_done: 'void *', on_progress: 'void *', user_data: 'void *',
  })
  const func = (name, result, ...parameters) => library.func(`imagegen_${name}`, result, parameters)
  return {
    sizes: { part: koffi.sizeof(part), runtimeOptions: koffi.sizeof(runtimeOptions), callOptions: koffi.sizeof(callOptions) },
    version: func('version', 'str'),
    operations: func('operations', 'int32_t', outHandle, outHandle),
    liveHandles: func('live_handles', 'size_t'),
    errorJson: func('error_json', 'str', handle),
    errorDestroy: func('error_destroy', 'void', handle),
    bytesData: func('bytes_data', 'void *', handle),
    bytesSize: func('bytes_size', 'size_t', handle),
    bytesRelease: func('bytes_release', 'void', handle),
    open: func('runtime_open', 'int32_t', pointer(runtimeOptions), outHandle, outHandle),
    close: func('runtime_close', 'int32_t', handle),
    destroy: func('runtime_destroy', 'void', handle),
    call: func('call', 'int32_t', handle, 'str', 'str', pointer(callOptions), outHandle, outHandle),
    callId: func('call_id', 'uint64_t', handle),
    callCancel: func('call_cancel', 'int32_t', handle, outHandle),
    callDrain: func('call_drain', 'int32_t', handle, outHandle),
    callDestroy: func('call_destroy', 'void', handle),
    poll: func('poll', 'int32_t', handle, 'uint32_t', outHandle, outHandle),
    pollFd: func('poll_fd', 'int32_t', handle, out(pointer('int')), outHandle),
    eventKind: func('event_kind', 'int32_t', handle),
    eventId: func('event_id', 'uint64_t', handle),
    eventJson: func('event_json', 'str', handle),
    eventBytesCount: func('event_bytes_count', 'size_t', handle),
    eventBytes: func('event_bytes', 'int32_t', handle, 'size_t', outHandle, outHandle),
    eventDestroy: func('event_destroy', 'void', handle),
    hostResolve: func('host_resolve', 'int32_t', handle, 'uint64_t', 'str', pointer(view), 'size_t', outHandle),
    hostReject: func('host_reject', 'int32_t', handle, 'uint64_t', 'str', outHandle),
    // Of the C library, which ours depends on.
    systemPoll: library.func('poll', 'int', ['void *', 'ulong', 'int']),
    memcpy: library.func('memcpy', 'void *', ['void *', 'void *', 'size_t']),
  }
}

const toViews = (arrays) => arrays.map((bytes) => ({ data: bytes.byteLength > 0 ? bytes : null, size: bytes.byteLength }))

function bind(koffi, c, deepStack) {
  // Takes the error of a call out of its out parameter, as JSON text.
  const takeError = (out) => {
    if (!out[0]) return null
    const json = c.errorJson(out[0])
    c.errorDestroy(out[0])
    return json
  }

  // koffi does not keep the arguments of an asynchronous call alive; this closure does.
  const later = (fn, ...parameters) =>
    new Promise((resolve, reject) => {
      fn.async(...parameters, (failure, status) => {
        void parameters
        if (failure) reject(failure)
        else resolve(status)
      })
    })

  const openOptions = ({ config, environment, overrides, parts }) => ({
    struct_size: c.sizes.runtimeOptions,
    config_json: config,
    read_environment: environment ? 1 : 0,
    reserved: 0,
    parts: parts.length ? parts.map((part) => ({ struct_size: c.sizes.part, kind: part.kind, capability_json: part.capability })) : null,
    parts_count: parts.length,
    overrides_json: overrides,
  })

  const readBytes = (event) => {
    const bytes = []
    for (let index = 0, count = Number(c.eventBytesCount(event)); index < count; ++index) {
      const out = [0]
      if (c.eventBytes(event, index, out, null) === 0) bytes.push(out[0])
    }
    return bytes
  }

  /** What an event says; the event is freed, its bytes are the caller's. */
  const readEvent = (event) => {
    const read = { kind: c.eventKind(event), id: c.eventId(event), json: c.eventJson(event), bytes: readBytes(event) }
    c.eventDestroy(event)
    return read
  }

  return {
    version: () => c.version(),
    liveHandles: () => Number(c.liveHandles()),

    operations() {
      const out = [0]
      const error = [0]
      const status = c.operations(out, error)
      if (status !== 0) return { status, error: takeError(error) }
      const json = koffi.decode.string(c.bytesData(out[0]), Number(c.bytesSize(out[0])))
      c.bytesRelease(out[0])
      return { status, json }
    },

    async open(options) {
      const out = [0]
      const error = [0]
      const document = openOptions(options)
      // The environment must not be written while it is read, which JavaScript does on this thread.
      const status = options.environment || !deepStack ? c.open(document, out, error) : await later(c.open, document, out, error)
      return { status, error: takeError(error), runtime: out[0] }
    },
    close: (runtime) => c.close(runtime),
    destroy: (runtime) => c.destroy(runtime),

    start(runtime, operation, request, inputs, lend) {
      const options = inputs.length
        ? { struct_size: c.sizes.callOptions, inputs: toViews(inputs), inputs_count: inputs.length, lend_inputs: lend ? 1 : 0 }
        : null
      const out = [0]
      const error = [0]
      const status = c.call(runtime, operation, request, options, out, error)
      if (status !== 0) return { status, error: takeError(error) }
      return { status, call: out[0], id: c.callId(out[0]) }
    },
    cancel: (call) => c.callCancel(call, null),
    drain: (call) => c.callDrain(call, null),
    forget: (call) => c.callDestroy(call),

    /** A descriptor that is readable while events are there; -1 where there is none. */
    descriptor(runtime) {
      const out = [-1]
      return c.pollFd(runtime, out, null) === 0 ? out[0] : -1
    },
    /** Waits until one of the descriptors is readable, off this thread. */
    async waitAny(descriptors, milliseconds) {
      const memory = new ArrayBuffer(8 * descriptors.length) // of struct pollfd
      const [whole, half] = [new Int32Array(memory), new Int16Array(memory)]
      for (const [index, descriptor] of descriptors.entries()) [whole[2 * index], half[4 * index + 2]] = [descriptor, pollIn]
      await later(c.systemPoll, new Uint8Array(memory), descriptors.length, milliseconds)
    },
    /** The next event; does not wait. */
    next(runtime) {
      const out = [0]
      const status = c.poll(runtime, 0, out, null)
      return { status, event: status === 0 ? readEvent(out[0]) : null }
    },

    resolve(runtime, token, answer, files) {
      const error = [0]
      const status = c.hostResolve(runtime, token, answer, files.length ? toViews(files) : null, files.length, error)
      return { status, error: takeError(error) }
    },
    reject(runtime, token, failure) {
      const error = [0]
      const status = c.hostReject(runtime, token, failure, error)
      return { status, error: takeError(error) }
    },

    bytesSize: (bytes) => Number(c.bytesSize(bytes)),
    /** The memory itself, which lives until bytesRelease(). Throws where a runtime forbids such buffers. */
    bytesView: (bytes) => koffi.view(c.bytesData(bytes), Number(c.bytesSize(bytes))),
    bytesCopy(bytes) {
      const size = Number(c.bytesSize(bytes))
      const copy = Buffer.allocUnsafeSlow(size)
      if (size > 0) c.memcpy(copy, c.bytesData(bytes), size)
      return copy
    },
    bytesRelease: (bytes) => c.bytesRelease(bytes),
  }
}

module.exports = { native }
