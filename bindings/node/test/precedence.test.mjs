// Which of overrides, environment and document counts: the same cases in every language.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Runtime } from 'imagegen'
import { open, root } from './support.mjs'

const { always, fields } = JSON.parse(readFileSync(`${root}/tests/fixtures/precedence.json`, 'utf8'))
const layers = ['overrides', 'environment', 'document']
const subsets = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => layers.filter((_, index) => bits & (1 << index)))

const set = (config, [name, ...rest], value) => ({ ...config, [name]: rest.length ? set(config[name] ?? {}, rest, value) : value })

for (const { document, environment, told, values } of fields) {
  for (const said of subsets) {
    test(`${document}: ${said.join(', ') || 'nobody'}`, async (t) => {
      const path = document.split('.')
      if (said.includes('environment')) process.env[environment] = `${values.environment}`
      t.after(() => delete process.env[environment])
      const runtime = await open(t, {
        config: said.includes('document') ? set(always, path, values.document) : always,
        environment: true,
        overrides: said.includes('overrides') ? set({}, path, values.overrides) : undefined,
      })
      const found = told.split('.').reduce((at, name) => at[name], await runtime.describe())
      if (said.length) assert.equal(found, values[said[0]])
      else assert.ok(!Object.values(values).includes(found))
    })
  }
}

test('every fault is told with its layer', async (t) => {
  process.env.IMAGEGEN_THREADS = 'many'
  t.after(() => delete process.env.IMAGEGEN_THREADS)
  await assert.rejects(Runtime.open({ config: { stor: 'x' }, environment: true, overrides: { threads: 0 } }), ({ message }) =>
    ['stor: unknown field', 'IMAGEGEN_THREADS: expected', 'overrides.threads: expected'].every((part) => message.includes(part)))
})
