// The types of documents are those of what operations give: no key is missing, and none is promised in vain.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { operations } from 'imagegen'

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const folder = fileURLToPath(new URL('types/', import.meta.url))

function compile(source) {
  const path = `${folder}documents-${process.pid}.mts`
  const options = ['--strict', '--noEmit', '--module', 'node16', '--target', 'es2022', '--lib', 'es2022', '--types', 'node']
  writeFileSync(path, source)
  try {
    return execFileSync(process.execPath, [compiler, ...options, path], { cwd: folder, encoding: 'utf8' })
  } catch (error) {
    return error.stdout || error.message
  } finally {
    rmSync(path)
  }
}

function alternatives(schema) {
  if (schema.anyOf) return schema.anyOf.flatMap(alternatives)
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema]
}

// A literal of a schema: with every field that there may be, or with those only that there must be.
function literal(schema, whole) {
  const kind = alternatives(schema)[0]
  if ('const' in kind) return JSON.stringify(kind.const)
  if ('enum' in kind) return JSON.stringify(kind.enum[0])
  if (kind.type === 'file') return 'Buffer.alloc(1)'
  if (kind.type === 'array') return `[${literal(kind.items ?? {}, whole)}]`
  if (kind.type !== 'object') return { string: '"text"', integer: '1', number: '1.5', boolean: 'true', null: 'null' }[kind.type] ?? '"anything"'
  const fields = Object.entries(kind.properties ?? {}).filter(([name]) => whole || (kind.required ?? []).includes(name))
  return `{ ${fields.map(([name, inner]) => `${name}: ${literal(inner, whole)}`).join(', ')} }`
}

// The result's schema, with its files where they are put.
function withFiles(operation) {
  const result = structuredClone(operation.result)
  for (const { path, isText } of operation.files) {
    let place = result
    const steps = path.split('.')
    for (const step of steps.slice(0, -1)) {
      const name = step.replace('[]', '')
      place = place.properties[name] ??= { type: 'object', properties: {}, required: [] }
      if (step.endsWith('[]')) place = place.items
    }
    const name = steps.at(-1)
    place.properties[name] = { type: isText ? 'string' : 'file' }
    if (!place.properties.error) (place.required ??= []).push(name)
  }
  return operation.gives ? result.properties[operation.gives] : result
}

function lines(whole) {
  return operations().flatMap((operation, number) => {
    const [group, method] = operation.name.split('.')
    const schema = withFiles(operation)
    if (schema.type === 'object' && Object.keys(schema.properties).length === 0) return []
    const owner = group === 'runtime' ? 'Runtime' : `Runtime['${group}']`
    return [`export const answer${number}: Answer<${owner}['${method}']> = ${literal(schema, whole)} // ${operation.name}`]
  })
}

for (const whole of [true, false]) {
  test(`an answer with ${whole ? 'all that there may be' : 'what there must be'} has its type`, { timeout: 120_000 }, () => {
    const head = "import type { Runtime } from 'imagegen'\ntype Answer<F> = F extends (...given: any[]) => PromiseLike<infer T> ? T : never\n"
    const said = lines(whole)
    assert.ok(said.length > 20)
    assert.equal(compile(head + said.join('\n') + '\n'), '')
  })
}
