// One work item (three shots, nine files, placeholder masters, all in memory) through C++, Python and Node, in turns.
//   node compare_overhead.mjs [--quick] [--rounds N] [--build DIR] [--python COMMAND] [--without python|node] [--out DIR]
// COMMAND runs a Python that can import imagegen; PYTHONPATH is passed on. Ends with 1 when files are missing, never
// because of a time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { describeMachine, here, median, root } from './processes.mjs';
import { workItem } from './work_items.mjs';

const target = 5;  // percent
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, build: { type: 'string', default: join(root, 'build/release') },
    python: { type: 'string', default: 'python3' }, without: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: join(here, 'out') },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 25));
const config = JSON.stringify({ provider: 'placeholder', store: 'memory:', state: 'memory:' });
const commands = {
  'C++': [join(options.build, 'bin/embedding_overhead')],
  Python: [options.python, join(here, 'overhead.py')],
  Node: [process.execPath, join(here, 'overhead.mjs')],
};
for (const name of Object.keys(commands)) if (options.without.includes(name.toLowerCase())) delete commands[name];

class Side {
  constructor(name, [command, ...args]) {
    this.name = name;
    this.times = [];
    this.child = spawn(command, [...args, config], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = Promise.race([once(this.child, 'exit').then(([code]) => code), once(this.child, 'error').then(([error]) => error.message)]);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async make(id, counts) {
    const { pack } = workItem(`${id}-${this.name}`);
    this.child.stdin.write(`${JSON.stringify({ id, pack })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended: ${await this.ended}`);
    const { ms, files } = JSON.parse(value);
    if (files !== pack.export_plan.length) throw new Error(`${this.name}: expected ${pack.export_plan.length} files, got ${files}`);
    if (counts) this.times.push(ms);
  }

  async end() {
    this.child.stdin.end();
    return this.ended;
  }
}

function table(sides) {
  const base = sides.find(({ name }) => name === 'C++').times;
  const lines = ['| | median, ms | least, ms | more than C++, ms | percent | target |', '|---|---|---|---|---|---|'];
  for (const { name, times } of sides) {
    const more = median(times.map((ms, i) => ms - base[i])), percent = (100 * (median(times) - median(base))) / median(base);
    const goal = name === 'C++' ? '' : `${target}${percent > target ? ', MISSED' : ''}`;
    const figures = [median(times).toFixed(1), Math.min(...times).toFixed(1), name === 'C++' ? '' : more.toFixed(1), name === 'C++' ? '' : percent.toFixed(1)];
    lines.push(`| ${name} | ${figures.join(' | ')} | ${goal} |`);
  }
  return lines.join('\n');
}

async function run() {
  const sides = Object.entries(commands).map(([name, command]) => new Side(name, command));
  try {
    for (let round = -2; round < rounds; ++round) {  // the first two meet cold caches
      const turn = Math.abs(round) % sides.length;
      for (const side of [...sides.slice(turn), ...sides.slice(0, turn)]) await side.make(`wi-${round + 2}`, round >= 0);
    }
  } finally {
    const codes = await Promise.all(sides.map((side) => side.end()));
    sides.forEach(({ name }, i) => { if (codes[i] !== 0) { console.error(`${name}: ${codes[i]}`); process.exitCode = 1; } });
  }
  const text = [`- ${describeMachine()}`, `- one work item: 3 shots, 9 files; ${rounds} rounds in turns`, '', table(sides), ''].join('\n');
  console.log(text);
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'overhead.md'), text);
  writeFileSync(join(options.out, 'overhead.json'), JSON.stringify(Object.fromEntries(sides.map(({ name, times }) => [name, times])), null, 1));
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
