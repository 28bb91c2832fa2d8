// Hero requests, all at once, to our service and to the one made of openai, sharp and the AWS SDK, in turns; see README.md.
//   node compare.mjs [--quick] [--check] [--only ours|peer] [--requests N] [--rounds N] [--delay MS] [--state URL] [--out DIR]
// Our service needs IMAGEGEN_LIBRARY or a library that the package finds itself. Ends with 1 when an answer or a file is
// wrong, or ours are more bytes than `mostBytes` of the peer's; because of a time or of memory only with --check.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Bucket, checkRound } from './check.mjs';
import { readPictures } from './pictures.mjs';
import { busySeconds, describeMachine, here, median, startProgram, startS3, stop, stopAll, usage } from './processes.mjs';
import { shotsPerItem, workItem } from './work_items.mjs';

const mostBytes = 1.05;
const targets = { wall: 0.7, peakMib: 0.25 };
const services = { peer: 'peer_service.mjs', ours: 'our_service.mjs' };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false }, only: { type: 'string' }, requests: { type: 'string' }, rounds: { type: 'string' },
    delay: { type: 'string' }, state: { type: 'string', default: 'sqlite:' }, out: { type: 'string', default: join(here, 'out') },
    heroes: { type: 'string', default: '{}' },
  },
});
const requests = Number(options.requests ?? (options.quick ? 2 : 32));
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const delay = Number(options.delay ?? (options.quick ? 50 : 1000));
const contenders = options.only ? [options.only] : ['peer', 'ours'];

async function send(port, { id, pack }) {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/work-items/${id}/generate-lifestyle-heroes`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ pack }),
  });
  return { status: answer.status, body: await answer.json(), seconds: (performance.now() - began) / 1000 };
}

// One round with a service of its own, new but for one work item, which is not counted.
async function measure(contender, round, { folder, s3, provider, pictures }) {
  const name = `${contender}-${round}`;
  s3.makeBucket(name);
  s3.makeBucket(`${name}-first`);
  const settings = {
    openai: { apiKey: provider.key, baseUrl: `http://127.0.0.1:${provider.port}/v1`, model: 'gpt-image-1.5', quality: 'high' },
    // Its list of sizes makes the master the same as before it was retired.
    models: { models: [{ host: 'openai', id: 'gpt-image-1.5', retires: null }] },
    s3: s3.s3, bucket: name, state: options.state === 'sqlite:' ? `sqlite:${join(folder, `${name}.db`)}` : options.state,
    heroes: JSON.parse(options.heroes),
  };
  const service = await startProgram(services[contender], [JSON.stringify(settings)]);
  const control = (word, method) => fetch(`http://127.0.0.1:${provider.port}/control/${word}`, { method });
  const first = await send(service.port, workItem('first'));
  if (first.status !== 200) throw new Error(`${contender}: ${JSON.stringify(first.body)}`);
  const bucket = new Bucket(s3.s3, name), before = new Set((await bucket.list()).map(({ Key }) => Key));
  await control('reset', 'POST');

  const items = Array.from({ length: requests }, (_, i) => workItem(`wi-${round}-${i}`));
  const start = usage(service.child), busy = busySeconds(), began = performance.now();
  const own = [process.cpuUsage(), ...[provider.child, s3.child].map((child) => usage(child).cpu)];
  const answers = await Promise.all(items.map((item) => send(service.port, item)));
  const wall = (performance.now() - began) / 1000, end = usage(service.child), { user, system } = process.cpuUsage(own[0]);
  const cpu = end.cpu - start.cpu;
  const helpers = (user + system) / 1e6 + usage(provider.child).cpu - own[1] + usage(s3.child).cpu - own[2];
  const others = Math.max(0, busySeconds() - busy - cpu - helpers);
  await stop(service.child);

  const stats = await (await control('stats', 'GET')).json();
  const list = bucket.list.bind(bucket);
  bucket.list = async () => (await list()).filter(({ Key }) => !before.has(Key));
  const some = options.quick || round === 0 ? Infinity : 30;
  const bytes = await checkRound({ items, answers, bucket, stats, pictures, some });
  return { wall, cpu, peakMib: end.peakMib, startMib: start.residentMib, helpers, others, bytes, atOnce: stats.mostAtOnce,
           seconds: median(answers.map((answer) => answer.seconds)), about: service.about };
}

function table(found) {
  const figures = {
    wall: ['wall time, s', 2], cpu: ['CPU time, s', 2], peakMib: ['most memory, MiB', 0], startMib: ['memory before the requests, MiB', 0],
    seconds: ['an answer, median s', 2], helpers: ['CPU time of provider, S3 and sender, s', 2], others: ['CPU time of other programs, s', 2],
    bytes: ['bytes of all files', 0], atOnce: ['most purchases at once', 0],
  };
  const lines = [`| | ${contenders.join(' | ')} | ours / peer | target |`, `|---|${contenders.map(() => '---|').join('')}---|---|`];
  const ratios = {};
  for (const [name, [title, digits]] of Object.entries(figures)) {
    const values = contenders.map((contender) => median(found[contender].map((round) => round[name])));
    const all = (contender) => found[contender].map((round) => round[name]);
    const spread = contenders.map((contender, i) => {
      const [low, high] = [Math.min(...all(contender)), Math.max(...all(contender))].map((value) => value.toFixed(digits));
      return low === high ? low : `${values[i].toFixed(digits)} (${low}..${high})`;
    });
    if (contenders.length === 2) ratios[name] = values[1] / values[0];
    const ratio = ['wall', 'cpu', 'peakMib', 'bytes', 'seconds'].includes(name) ? ratios[name]?.toFixed(2) ?? '' : '';
    const target = targets[name] === undefined ? '' : `${targets[name]}${ratios[name] > targets[name] ? ', MISSED' : ''}`;
    lines.push(`| ${title} | ${spread.join(' | ')} | ${ratio} | ${target} |`);
  }
  return { text: lines.join('\n'), ratios };
}

async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'imagegen-languages-'));
  try {
    mkdirSync(options.out, { recursive: true });
    const pictureFolder = join(options.out, 'pictures'), pictures = await readPictures(pictureFolder, 6), key = 'sk-test-benchmark';
    const s3 = await startS3(folder);
    const provider = { key, ...await startProgram('fake_openai.mjs', [pictureFolder, key, String(delay)]) };
    const found = Object.fromEntries(contenders.map((contender) => [contender, []]));
    for (let round = 0; round < rounds; ++round) {
      for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
        const one = await measure(contender, round, { folder, s3, provider, pictures });
        console.error(`${contender} ${round}: ${one.wall.toFixed(2)} s, CPU ${one.cpu.toFixed(2)} s, ${one.peakMib.toFixed(0)} MiB, others ${one.others.toFixed(2)} s`);
        found[contender].push(one);
      }
    }
    const { text, ratios } = table(found);
    const lines = [`- ${describeMachine()}`,
      `- ${requests} requests at once with ${shotsPerItem} shots each, ${rounds} rounds, provider answers after ${delay} ms; state of ours: ${options.state}`,
      '', text, ''];
    const disturbed = contenders.some((name) => median(found[name].map((one) => one.others / (one.wall * 2))) > 0.05);
    if (disturbed) lines.push('Other programs were busy meanwhile: measure again.');
    console.log(lines.join('\n'));
    writeFileSync(join(options.out, 'results.json'), JSON.stringify({ requests, rounds, delay, found, ratios }, null, 1));
    writeFileSync(join(options.out, 'results.md'), `${lines.join('\n')}\n`);
    const missed = Object.keys(targets).filter((name) => ratios[name] > targets[name]);
    if (options.check && missed.length > 0) throw new Error(`missed: ${missed.map((name) => `${name} ${ratios[name].toFixed(2)} of at most ${targets[name]}`).join(', ')}`);
    if (ratios.bytes > mostBytes) throw new Error(`bytes: expected at most ${mostBytes} of the peer's, got ${ratios.bytes.toFixed(3)}`);
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
