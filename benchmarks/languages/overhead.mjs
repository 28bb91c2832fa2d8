// The Node side of the overhead of calls; see overhead.cpp.
import { createInterface } from 'node:readline';
import { Runtime } from '../../bindings/node/index.js';

const runtime = await Runtime.open({ config: JSON.parse(process.argv[2]) });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, pack, dryRun } = JSON.parse(line);
  const cpu = process.cpuUsage(), began = performance.now();
  const { generated } = await runtime.heroes.generate({ workItemId: id, pack, dryRun });
  const ms = performance.now() - began, { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ ms, cpu: (user + system) / 1000, files: generated.length }));
}
await runtime.close();
