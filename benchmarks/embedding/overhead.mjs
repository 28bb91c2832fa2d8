// The Node side of the overhead of calls; see overhead.cpp.
import { createInterface } from 'node:readline';
import { Runtime } from '../../bindings/node/index.js';

const runtime = await Runtime.open({ config: JSON.parse(process.argv[2]) });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, pack } = JSON.parse(line);
  const began = performance.now();
  const { generated } = await runtime.heroes.generate({ workItemId: id, pack });
  console.log(JSON.stringify({ ms: performance.now() - began, files: generated.length }));
}
await runtime.close();
