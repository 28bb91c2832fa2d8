// OpenAI's Images API on loopback, in a process of its own: strict about what it is sent, and it answers after a while.
//   node fake_openai.mjs PICTURES_FOLDER KEY DELAY_MS      prints {"port": ...}
//   GET /control/stats tells what was asked; POST /control/reset forgets it.
// Rules: POST /images/generations for the GPT image models of fixed sizes.
import { createServer } from 'node:http';
import { readPictures, pictureSize } from './pictures.mjs';

const [folder, key, delayText] = process.argv.slice(2);
const delay = Number(delayText);
const models = ['gpt-image-1.5', 'gpt-image-1', 'gpt-image-1-mini'];
const offered = `${pictureSize.width}x${pictureSize.height}`;

const oneOf = (...allowed) => (value) => allowed.includes(value);
const fields = {
  model: oneOf(...models),
  prompt: (value) => typeof value === 'string' && value.length > 0 && value.length <= 32000,
  n: (value) => value === 1,  // the service takes ten; nobody here should ask for more than one
  size: oneOf(offered),       // the one that covers the rows of these work items best
  quality: oneOf('low', 'medium', 'high', 'auto'),
  background: oneOf('opaque', 'auto'),
  moderation: oneOf('low', 'auto'),
  output_format: oneOf('png'),
  user: (value) => typeof value === 'string',
};

// What is wrong with a request: [status, code, param, message], or nothing.
function faultOf(request, text) {
  if (request.method !== 'POST' || request.url !== '/v1/images/generations')
    return [404, null, null, `Invalid URL (${request.method} ${request.url})`];
  if (request.headers.authorization !== `Bearer ${key}`) return [401, 'invalid_api_key', null, 'Incorrect API key provided.'];
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return [415, 'unsupported_content_type', null, 'Unsupported content type.'];
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return [400, null, null, 'We could not parse the JSON body of your request.'];
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [400, null, null, 'Expected an object.'];
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(fields, name)) return [400, 'unknown_parameter', name, `Unknown parameter: '${name}'.`];
    if (value !== null && !fields[name](value)) return [400, 'invalid_value', name, `Invalid value for '${name}'.`];
  }
  for (const name of ['model', 'prompt', 'size'])
    if (body[name] == null) return [400, 'missing_required_parameter', name, `Missing required parameter: '${name}'.`];
  return undefined;
}

// Whole answers, made once: what the fake itself needs is not to be measured.
const answers = (await readPictures(folder, 6)).map((file) => Buffer.from(JSON.stringify({
  created: 1789000000, background: 'opaque', output_format: 'png', quality: 'high', size: offered,
  data: [{ b64_json: file.toString('base64') }],
  usage: { input_tokens: 41, input_tokens_details: { text_tokens: 41, image_tokens: 0 }, output_tokens: 6208, total_tokens: 6249 },
})));

let stats;
const reset = () => { stats = { generations: 0, refused: [], atOnce: 0, mostAtOnce: 0 }; };
reset();

function send(response, status, body, extra = {}) {
  response.writeHead(status, {
    'Content-Type': 'application/json', 'Content-Length': body.length, 'x-request-id': `req_${stats.generations}`,
    'openai-version': '2020-10-01', 'openai-processing-ms': String(delay), 'x-ratelimit-limit-images': '250',
    'x-ratelimit-remaining-images': '249', 'x-ratelimit-reset-images': '240ms', ...extra,
  });
  response.end(body);
}
const sendJson = (response, status, value) => send(response, status, Buffer.from(JSON.stringify(value)));

function generate(request, response, text) {
  const fault = faultOf(request, text);
  if (fault) {
    const [status, code, param, message] = fault;
    stats.refused.push(`${status} ${message}`);
    return sendJson(response, status, { error: { message, type: 'invalid_request_error', param, code } });
  }
  const answer = answers[stats.generations++ % answers.length];
  stats.mostAtOnce = Math.max(stats.mostAtOnce, ++stats.atOnce);
  response.on('close', () => { --stats.atOnce; });
  return setTimeout(() => send(response, 200, answer), delay);
}

function control(request, response) {
  if (request.url === '/control/reset') reset();
  sendJson(response, 200, stats);
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (request.url.startsWith('/control/')) return control(request, response);
    return generate(request, response, Buffer.concat(parts).toString('utf8'));
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => process.exit(0));
