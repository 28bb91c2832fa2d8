// Renders in a thread of its own and sends the picture's size; `leaves` closes nothing.
import { parentPort, workerData } from 'node:worker_threads'
import { Runtime } from 'imagegen'

const { file, width, leaves } = workerData
const runtime = await Runtime.open()
const { renditions } = await runtime.images.render(file, [{ width, height: 10, format: 'png' }])
parentPort.postMessage({ width: renditions[0].width, data: renditions[0].data })
if (!leaves) await runtime.close()
