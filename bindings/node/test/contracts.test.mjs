// The suites of tests/contract/, through the package: on parts of the library, and on parts that are written here.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageProviderContract } from './contracts/image_provider.mjs'
import { metadataStoreContract } from './contracts/metadata_store.mjs'
import { objectStoreContract } from './contracts/object_store.mjs'
import { MemoryMetadata, MemoryStore, open, picture, providerOf } from './support.mjs'

function folderOf(context) {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-contract-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

objectStoreContract('memory:', () => ({ config: { store: 'memory:' } }))
objectStoreContract('file:', (t) => ({ config: { store: `file:${folderOf(t)}` } }))
objectStoreContract('a store of the host', () => ({ store: new MemoryStore() }))

metadataStoreContract('memory:', () => ({ config: { state: 'memory:' } }))
metadataStoreContract('sqlite:', (t) => ({ config: { state: `sqlite:${folderOf(t)}/state.db` } }))
metadataStoreContract('records of the host', () => ({ metadata: new MemoryMetadata() }))

imageProviderContract('placeholder', () => ({ options: { config: { provider: 'placeholder' } }, requests: () => 0 }), false)
imageProviderContract('a provider of the host', async (t) => {
  const drawn = await picture(await open(t), 64, 64)
  let asked = 0
  let held = false
  const submit = async ({ count }) => {
    ++asked
    return held ? new Promise(() => {}) : { images: Array(count).fill(drawn) }
  }
  const provider = providerOf(submit, { maxImagesPerCall: 3, maxPromptChars: 1000 })
  return { options: { provider }, requests: () => asked, holdNext: () => (held = true) }
}, true)
