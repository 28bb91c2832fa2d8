// What is packed: the package of the library, and this package beside it, installed in a folder of their own.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { here, run } from './support.mjs'

test('installed from packages alone, it works', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-package-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const packed = await run(join(here, '../scripts/pack-native.mjs'), ['--out', join(folder, 'node_modules')])
  assert.equal(packed.code, 0, packed.stderr)
  const description = JSON.parse(readFileSync(join(packed.stdout.trim(), 'package.json')))
  assert.deepEqual([description.os, description.cpu, description.files], [[process.platform], [process.arch], ['libimagegen.so.1']])

  const installed = join(folder, 'node_modules/imagegen')
  mkdirSync(installed)
  const { files } = JSON.parse(readFileSync(join(here, '../package.json')))
  for (const name of ['package.json', ...files]) cpSync(join(here, '..', name), join(installed, name), { recursive: true })
  for (const name of ['koffi', '@koromix']) symlinkSync(join(here, '../node_modules', name), join(folder, 'node_modules', name))
  const app = join(folder, 'app.cjs')
  writeFileSync(app, `const { Runtime, version } = require('imagegen')
    Runtime.open().then(async (runtime) => { console.log((await runtime.describe()).version === version()); await runtime.close() })`)
  const { stdout, stderr } = await run(app, [], { env: { IMAGEGEN_LIBRARY: '' } })
  assert.equal(stdout.trim(), 'true', stderr)
})
