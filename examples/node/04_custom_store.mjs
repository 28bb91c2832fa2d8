// A store of your own: a class with async methods. This one keeps files in a folder: 04_custom_store.mjs PACK.json FOLDER
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AlreadyExistsError, Runtime } from 'imagegen'

class FolderStore {
  capability = { name: 'folder', durable: true, urlPrefix: 'https://cdn.example.com/' }
  constructor(folder) { this.folder = folder }

  async put(key, data, { onlyIfAbsent }) {
    const file = join(this.folder, key) // keys are relative and have no ".."
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, data, { flag: onlyIfAbsent ? 'wx' : 'w' }).catch((error) => {
      throw error.code === 'EEXIST' ? new AlreadyExistsError(`${key} is there`) : error
    })
  }

  get = (key) => orNull(readFile(join(this.folder, key)))
  remove = (key) => rm(join(this.folder, key), { force: true })

  async head(key) {
    const found = await orNull(stat(join(this.folder, key)))
    return found?.isFile() ? { sizeBytes: found.size } : null
  }

  async list({ prefix, limit, after }) {
    const objects = []
    for (const key of ((await orNull(readdir(this.folder, { recursive: true }))) ?? []).sort(byBytes)) {
      if (objects.length === limit) break
      const info = key.startsWith(prefix) && byBytes(key, after) > 0 && (await this.head(key))
      if (info) objects.push({ key, ...info })
    }
    return objects
  }
}

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) // JavaScript compares UTF-16
const nothing = ['ENOENT', 'ENOTDIR', 'EISDIR']
const orNull = (work) => work.catch((error) => { if (nothing.includes(error.code)) return null; throw error })

const pack = JSON.parse(await readFile(process.argv[2], 'utf8'))
const runtime = await Runtime.open({ store: new FolderStore(process.argv[3]) })
const { generated } = await runtime.heroes.generate({ workItemId: 'wi-1', lifestylePack: pack })
for (const { url } of generated) console.log(url)
await runtime.close()
