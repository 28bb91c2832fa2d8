// However the process ends, with whatever under way: no crash and no hang. A few runs of each in the normal case,
// IMAGEGEN_NODE_EXIT_RUNS=200 for the whole of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { here, run } from './support.mjs'

const runs = Number(process.env.IMAGEGEN_NODE_EXIT_RUNS ?? 5)
const child = `${here}children/exit.mjs`

// The library waits up to ten seconds for its own threads when a process ends. Nothing here gives it a reason to, so a run
// that takes that long has met a hang, and no machine is so slow that a start and an end of Node take as long.
const mostMs = 9000

for (const way of ['natural', 'closed', 'exit', 'gc', 'sigterm', 'hostCall', 'throws', 'terminate', 'workerEnds']) {
  test(`the process ends cleanly: ${way}, ${runs} times`, { timeout: runs * 60_000 }, async () => {
    for (let count = 1; count <= runs; ++count) {
      const { code, signal, stdout, stderr, ms } = await run(child, [way, String(count)], { nodeArgs: way === 'gc' ? ['--expose-gc'] : [] })
      const told = `run and seed ${count}: code ${code}, signal ${signal}, ${ms} ms\n${stdout}${stderr}`
      assert.deepEqual([code, signal], [0, null], told)
      assert.match(stdout, /ended WELL/, told)
      assert.ok(ms < mostMs, told)
    }
  })
}
