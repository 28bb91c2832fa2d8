// What a user writes in TypeScript compiles under --strict, as ES module and as CommonJS, and mistakes do not.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')

function compile(...files) {
  const folder = fileURLToPath(new URL('types/', import.meta.url))
  const options = ['--strict', '--noEmit', '--module', 'node16', '--target', 'es2022', '--lib', 'es2022', '--types', 'node', '--exactOptionalPropertyTypes']
  try {
    return execFileSync(process.execPath, [compiler, ...options, ...files], { cwd: folder, encoding: 'utf8' })
  } catch (error) {
    return error.stdout || error.message
  }
}

test('an ES module and a CommonJS module compile with --strict', { timeout: 120_000 }, () => {
  assert.equal(compile('use.mts', 'use.cts'), '')
})
