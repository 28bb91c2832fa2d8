// Renders in a thread of its own and sends the picture's size; `leaves` closes nothing; `exits` ends with calls under
// way.
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { Runtime } from 'imagegen'

const { file, width, leaves, exits } = workerData
const runtime = await Runtime.open()
if (exits) {
  for (let i = 0; i < 3; ++i) runtime.worker.run().catch(() => {})
  await runtime.describe()
  process.exit(0)
}
const native = createRequire(import.meta.url)('../../lib/native.cjs').native()
const { start } = native
let lent = false
native.start = (...given) => { lent ||= given[4]; return start(...given) }
await runtime.store.put('k', new Uint8Array(200_000), { lend: true })
const { renditions } = await runtime.images.render(file, [{ width, height: 10, format: 'png' }])
parentPort.postMessage({ width: renditions[0].width, lent, data: renditions[0].data })
if (!leaves) await runtime.close()
