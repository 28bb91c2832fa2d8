// One picture in, several files out, without provider or store: 02_render.mjs IN OUT_FOLDER
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Runtime } from 'imagegen'

const [file, folder] = process.argv.slice(2)
const runtime = await Runtime.open()

// The library reads the Buffer where it is: it must not change until the call has ended.
const { renditions } = await runtime.images.render(await readFile(file), [
  { width: 1200, height: 400, position: 'attention', format: 'webp', quality: 90 },
  { width: 400, height: 500, position: 'north', format: 'jpeg', quality: 85 },
])

for (const { width, height, format, data, error } of renditions) {
  if (error) throw new Error(JSON.stringify(error))
  const name = join(folder, `${width}x${height}.${format}`)
  await writeFile(name, data) // the library's own bytes: nothing was copied
  console.log(`${name}, ${data.length} bytes`)
}
await runtime.close()
