// How the package finds its library, and what it says when it does not.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { run } from './support.mjs'

const folder = mkdtempSync(join(tmpdir(), 'imagegen-load-'))
test.after(() => rmSync(folder, { recursive: true }))

const script = (name, text) => {
  const file = new URL(`./load-${name}-${process.pid}.mjs`, import.meta.url).pathname
  writeFileSync(file, text)
  test.after(() => rmSync(file, { force: true }))
  return file
}

const opens = script('opens', `import { Runtime } from 'imagegen'
  await Runtime.open().then((runtime) => runtime.close(), (error) => console.log(error.name + ': ' + error.message))`)

const library = (name, source) => {
  const file = join(folder, name)
  writeFileSync(`${file}.c`, source)
  execFileSync('cc', ['-shared', '-fPIC', '-o', file, `${file}.c`])
  return file
}

test('an import loads no library', async () => {
  const file = script('imports', `import * as imagegen from 'imagegen'
    const loaded = Object.getOwnPropertySymbols(globalThis).filter(({ description }) => description.startsWith('imagegen.'))
    console.log(typeof imagegen.Runtime.open, loaded.length)`)
  const { stdout, code } = await run(file, [], { env: { IMAGEGEN_LIBRARY: '/nowhere.so' } })
  assert.equal(stdout.trim(), 'function 0')
  assert.equal(code, 0)
})

test('the first use says which file it looked for', async () => {
  const { stdout } = await run(opens, [], { env: { IMAGEGEN_LIBRARY: '/nowhere/libimagegen.so' } })
  assert.match(stdout, /LibraryError: .*where IMAGEGEN_LIBRARY says:\n {2}\/nowhere\/libimagegen\.so/)
})

test('without a package, a build tree and a variable all places are named', async () => {
  const copy = join(folder, 'alone')
  mkdirSync(copy)
  for (const name of ['library.cjs', 'errors.cjs']) copyFileSync(new URL(`../lib/${name}`, import.meta.url), join(copy, name))
  const file = join(copy, 'look.cjs')
  writeFileSync(file, `try { require('./library.cjs').findLibrary({}) } catch (error) { console.log(error.message) }`)
  const { stdout } = await run(file)
  assert.match(stdout, /set IMAGEGEN_LIBRARY/)
  assert.match(stdout, /@imagegen\/linux-\w+\/libimagegen\.so\.1/)
})

test('a prebuilt package goes before a build tree', async () => {
  const copy = join(folder, 'packaged')
  mkdirSync(join(copy, 'lib'), { recursive: true })
  for (const name of ['library.cjs', 'errors.cjs']) copyFileSync(new URL(`../lib/${name}`, import.meta.url), join(copy, 'lib', name))
  const prebuilt = join(copy, `node_modules/@imagegen/linux-${process.arch}`)
  mkdirSync(prebuilt, { recursive: true })
  writeFileSync(join(prebuilt, 'package.json'), '{}')
  writeFileSync(join(prebuilt, 'libimagegen.so.1'), '')
  const file = join(copy, 'look.cjs')
  writeFileSync(file, `console.log(require('./lib/library.cjs').findLibrary({}))`)
  const { stdout } = await run(file)
  assert.equal(stdout.trim(), join(prebuilt, 'libimagegen.so.1'))
})

test('in a checkout the build tree is looked at', async () => {
  const checkout = join(folder, 'checkout')
  const built = join(checkout, 'build/release/lib/libimagegen.so.1')
  const files = { 'capi/imagegen.h': '', 'build/release/lib/libimagegen.so.1': '', 'look.cjs': `console.log(require('./bindings/node/lib/library.cjs').findLibrary({}))` }
  for (const name of ['library.cjs', 'errors.cjs']) files[`bindings/node/lib/${name}`] = readFileSync(new URL(`../lib/${name}`, import.meta.url))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true })
    writeFileSync(join(checkout, name), content)
  }
  assert.equal((await run(join(checkout, 'look.cjs'))).stdout.trim(), built)
  rmSync(join(checkout, 'capi/imagegen.h')) // no checkout of this project
  assert.match((await run(join(checkout, 'look.cjs'))).stderr, /LibraryError/)
})

test('musl is told by what is in the memory, and nobody is asked for a report, which looks up names in the network', async () => {
  const file = join(folder, 'platform.cjs')
  writeFileSync(file, `process.report.getReport = () => { throw new Error('asked') }
    const fs = require('node:fs')
    const { readFileSync } = fs
    const { platform } = require(${JSON.stringify(new URL('../lib/library.cjs', import.meta.url).pathname)})
    const maps = (text) => { fs.readFileSync = (name, ...more) => (name === '/proc/self/maps' ? text : readFileSync(name, ...more)) }
    maps('7f00-7f01 r-xp 00000000 08:01 9 /usr/lib/x86_64-linux-gnu/libc.so.6')
    console.log(platform())
    maps('7f00-7f01 r-xp 00000000 08:01 9 /lib/ld-musl-x86_64.so.1')
    console.log(platform())`)
  const { stdout, stderr } = await run(file)
  assert.equal(stdout, `linux-${process.arch}\nlinux-${process.arch}-musl\n`, stderr)
})

test('a library of another major version is refused, and both versions are named', async () => {
  const other = library('other.so', 'unsigned imagegen_abi_version(void) { return 2u << 16 | 7; }')
  const { stdout } = await run(opens, [], { env: { IMAGEGEN_LIBRARY: other } })
  assert.match(stdout, /LibraryError: this package needs ABI 1 .*other\.so has ABI 2\.7/)
})

test('a library of the same major version that lacks a function is refused, and both versions are named', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))
  const older = library('older.so', 'unsigned imagegen_abi_version(void) { return 1u << 16; } const char *imagegen_version(void) { return "0.0.7"; }')
  const { stdout } = await run(opens, [], { env: { IMAGEGEN_LIBRARY: older } })
  assert.ok(stdout.startsWith(`LibraryError: this package is version ${version}, and the library is version 0.0.7 and lacks a function`), stdout)
  assert.match(stdout, /older\.so: .*imagegen_operations/)
})

test('a file that is no library, and a library of others, are refused by name', async () => {
  const text = join(folder, 'text.so')
  writeFileSync(text, 'no library')
  assert.match((await run(opens, [], { env: { IMAGEGEN_LIBRARY: text } })).stdout, /LibraryError: .*cannot be loaded.*text\.so/)
  const foreign = library('foreign.so', 'int nothing(void) { return 0; }')
  assert.match((await run(opens, [], { env: { IMAGEGEN_LIBRARY: foreign } })).stdout, /LibraryError: no library of imagegen: .*foreign\.so/)
})

test('import and require give the same classes', async () => {
  const file = script('both', `import { createRequire } from 'node:module'
    import * as esm from 'imagegen'
    const cjs = createRequire(import.meta.url)('imagegen')
    const names = Object.keys(cjs)
    console.log(names.length > 20, names.every((name) => cjs[name] === esm[name]), Object.keys(esm).length === names.length)`)
  assert.equal((await run(file)).stdout.trim(), 'true true true')
})
