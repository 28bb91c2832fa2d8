#!/usr/bin/env node
// Makes the package that brings the built library, such as @imagegen/linux-x64:
//   pack-native.mjs [--library build/release/lib/libimagegen.so.1] [--out build/npm]
// The folder that it prints is ready for `npm pack FOLDER` and `npm install FOLDER`.
import { copyFileSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { fileName, findLibrary, platform } = createRequire(import.meta.url)('../lib/library.cjs')
const root = fileURLToPath(new URL('../../..', import.meta.url))
const { values: { library: chosen, out = join(root, 'build/npm') } } = parseArgs({ options: { library: { type: 'string' }, out: { type: 'string' } } })

const library = realpathSync(chosen ?? findLibrary())
const folder = resolve(out, '@imagegen', platform())
const { version, engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
copyFileSync(library, join(folder, fileName))
const description = {
  name: `@imagegen/${platform()}`,
  version,
  description: `The library of imagegen for ${platform()}`,
  private: true,
  os: [process.platform],
  cpu: [process.arch],
  libc: [platform().endsWith('-musl') ? 'musl' : 'glibc'],
  engines,
  files: [fileName],
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`)
console.log(folder)
