// One work item (three shots, nine files, placeholder masters, all in memory) through C++, Python and Node, in turns.
//   node compare_overhead.mjs [--quick] [--check] [--rounds N] [--build DIR] [--python COMMAND] [--without python|node] [--out DIR]
// COMMAND runs a Python that can import imagegen; PYTHONPATH is passed on. Ends with 1 when files are missing;
// because of a time only with --check.
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
    quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false }, rounds: { type: 'string' }, build: { type: 'string', default: join(root, 'build/release') },
    python: { type: 'string', default: 'python3' }, without: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: join(here, 'out') },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 25));
const config = JSON.stringify({ provider: 'placeholder', store: 'memory:', state: 'memory:' });
const commands = {
  'C++': [join(options.build, 'bin/language_overhead')],
  Python: [options.python, join(here, 'overhead.py')],
  Node: [process.execPath, join(here, 'overhead.mjs')],
};
for (const name of Object.keys(commands)) if (options.without.includes(name.toLowerCase())) delete commands[name];

class Side {
  constructor(name, [command, ...args]) {
    this.name = name;
    this.found = { ms: [], cpu: [], dry: [] };
    this.child = spawn(command, [...args, config], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = Promise.race([once(this.child, 'exit').then(([code]) => code), once(this.child, 'error').then(([error]) => error.message)]);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async make(id, dryRun) {
    const { pack } = workItem(`${id}-${this.name}`);
    this.child.stdin.write(`${JSON.stringify({ id, pack, dryRun })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended: ${await this.ended}`);
    const { ms, cpu, files } = JSON.parse(value);
    if (files !== pack.export_plan.length) throw new Error(`${this.name}: expected ${pack.export_plan.length} files, got ${files}`);
    return { ms, cpu };
  }

  // One work item, and a plan of another: there is nothing but the call.
  async turn(id, counts) {
    const { ms, cpu } = await this.make(id, false);
    const plans = [];
    for (let i = 0; i < 10; ++i) plans.push((await this.make(`${id}-plan`, true)).ms);
    if (!counts) return;
    this.found.ms.push(ms);
    this.found.cpu.push(cpu);
    this.found.dry.push(median(plans));
  }

  async end() {
    this.child.stdin.end();
    return this.ended;
  }
}

function table(sides) {
  const middle = ({ found }) => Object.fromEntries(Object.entries(found).map(([what, values]) => [what, median(values)]));
  const base = middle(sides.find(({ name }) => name === 'C++'));
  const lines = ['| | work item, ms | of C++ | its CPU time, ms | of C++ | a plan alone, ms | more than C++, of a work item | target |', '|---|---|---|---|---|---|---|---|'];
  const missed = [];
  for (const side of sides) {
    const { ms, cpu, dry } = middle(side), percent = (value) => `${value.toFixed(1)} %`;
    const more = 100 * (ms / base.ms - 1), call = (100 * (dry - base.dry)) / base.ms;
    if (more > target) missed.push(`${side.name} ${percent(more)}`);
    const beside = side.name === 'C++' ? ['', '', '', ''] : [percent(more), percent(100 * (cpu / base.cpu - 1)), percent(call), `${target} %${more > target ? ', MISSED' : ''}`];
    lines.push(`| ${side.name} | ${ms.toFixed(1)} | ${beside[0]} | ${cpu.toFixed(1)} | ${beside[1]} | ${dry.toFixed(2)} | ${beside[2]} | ${beside[3]} |`);
  }
  return { text: lines.join('\n'), missed };
}

async function run() {
  const sides = Object.entries(commands).map(([name, command]) => new Side(name, command));
  try {
    for (let round = -2; round < rounds; ++round) {  // the first two meet cold caches
      const turn = Math.abs(round) % sides.length;
      for (const side of [...sides.slice(turn), ...sides.slice(0, turn)]) await side.turn(`wi-${round + 2}`, round >= 0);
    }
  } finally {
    const codes = await Promise.all(sides.map((side) => side.end()));
    sides.forEach(({ name }, i) => { if (codes[i] !== 0) { console.error(`${name}: ${codes[i]}`); process.exitCode = 1; } });
  }
  const made = table(sides);
  const text = [`- ${describeMachine()}`, `- one work item: 3 shots, 9 files; ${rounds} rounds in turns`, '', made.text, ''].join('\n');
  console.log(text);
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'overhead.md'), text);
  writeFileSync(join(options.out, 'overhead.json'), JSON.stringify(Object.fromEntries(sides.map(({ name, found }) => [name, found])), null, 1));
  if (options.check && made.missed.length > 0) throw new Error(`missed: ${made.missed.join(', ')}; at most ${target} % more than C++`);
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
