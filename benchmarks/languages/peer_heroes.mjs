// The workflow as a good backend has it without us: openai, sharp and the AWS SDK, each used as its manual says.
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';

const offeredSizes = [[1536, 1024], [1024, 1536], [1024, 1024]];
const contentTypes = { webp: 'image/webp', jpeg: 'image/jpeg', png: 'image/png' };
const encoders = {
  webp: (picture, quality) => picture.webp({ quality, effort: 4 }),
  jpeg: (picture, quality) => picture.jpeg({ quality }),
  png: (picture) => picture.png(),
};

// How much the row that suffers most is enlarged, and how much is cut away.
function cost([width, height], rows) {
  const scales = rows.map((row) => Math.max(row.width / width, row.height / height));
  const wasted = rows.map((row, i) => 1 - (row.width * row.height) / (scales[i] ** 2 * width * height));
  return [Math.max(1, ...scales), wasted.reduce((sum, waste) => sum + waste, 0)];
}

function masterSize(rows) {
  const costs = offeredSizes.map((size) => ({ size, cost: cost(size, rows) }));
  costs.sort((a, b) => a.cost[0] - b.cost[0] || a.cost[1] - b.cost[1]);
  return costs[0].size.join('x');
}

function promptOf(board) {
  return [
    `A photorealistic lifestyle image for the greeting card "${board.card_title}" from the collection "${board.collection}".`,
    `Scenario: ${board.scenario}`, `Camera: ${board.camera}.`, `Framing: ${board.framing}.`, `Lighting: ${board.lighting}.`,
    `Colour palette: ${board.color_palette}.`, board.notes ?? '',
    'High resolution, shallow depth of field, modern editorial style, no text but the card\'s own.',
  ].filter(Boolean).join(' ');
}

// What stays of the master when it is cropped around a focal point.
function focalBox(master, row, focus) {
  const scale = Math.max(row.width / master.width, row.height / master.height);
  const width = Math.max(1, Math.round(row.width / scale)), height = Math.max(1, Math.round(row.height / scale));
  const begin = (at, length, whole) => Math.round(Math.min(Math.max(at * whole - length / 2, 0), whole - length));
  return { left: begin(focus.x, width, master.width), top: begin(focus.y, height, master.height), width, height };
}

async function render(master, size, row, position) {
  const picture = sharp(master);
  if (typeof position === 'object') picture.extract(focalBox(size, row, position));
  const place = typeof position === 'string' ? position : 'centre';
  picture.resize(row.width, row.height, { fit: 'cover', position: place });
  return encoders[row.format](picture, row.quality ?? 90).toBuffer();
}

export class HeroService {
  constructor({ openai, s3, bucket, model, quality }) {
    Object.assign(this, { openai, s3, bucket, model, quality });
  }

  async #exists(key) {
    try {
      await this.s3.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
      return true;
    } catch (error) {
      if (error.$metadata?.httpStatusCode === 404) return false;
      throw error;
    }
  }

  // False when somebody else was first.
  async #put(key, body, contentType, overwrite) {
    try {
      const onlyIfAbsent = overwrite ? {} : { IfNoneMatch: '*' };
      await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType, ...onlyIfAbsent }));
      return true;
    } catch (error) {
      if (error.$metadata?.httpStatusCode === 412) return false;
      throw error;
    }
  }

  async #get(key) {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Buffer.from(await Body.transformToByteArray());
  }

  async #master(board, rows) {
    const prompt = promptOf(board);
    const named = JSON.stringify(['openai', this.model, this.quality, prompt, board.sku, board.shot_id]);
    const key = `masters/${createHash('sha256').update(named).digest('hex')}`;
    if (await this.#exists(key)) return this.#get(key);
    const answer = await this.openai.images.generate({ model: this.model, quality: this.quality, prompt, size: masterSize(rows), n: 1 });
    const file = Buffer.from(answer.data[0].b64_json, 'base64');
    return await this.#put(key, file, 'image/png', false) ? file : this.#get(key);
  }

  async #row(master, size, row, board, overwrite) {
    const file = await render(master, size, row, row.position ?? board.position ?? 'centre');
    const stored = await this.#put(row.filename, file, contentTypes[row.format], overwrite);
    const { shot_id, sku, base_key, size_label, filename, width, height, format, is_primary = false } = row;
    if (!stored) return { skipped: { shot_id, filename, reason: 'EXISTS' } };
    const sha256 = createHash('sha256').update(file).digest('hex');
    return { generated: { shot_id, sku, base_key, size_label, filename, width, height, format, is_primary, size_bytes: file.length, sha256 } };
  }

  async #shot(board, rows, overwrite) {
    const exists = await Promise.all(rows.map((row) => !overwrite && this.#exists(row.filename)));
    const skipped = rows.filter((_, i) => exists[i]).map(({ shot_id, filename }) => ({ skipped: { shot_id, filename, reason: 'EXISTS' } }));
    const missing = rows.filter((_, i) => !exists[i]);
    if (missing.length === 0) return skipped;
    try {
      const master = await this.#master(board, missing);
      const size = await sharp(master).metadata();
      return [...skipped, ...await Promise.all(missing.map((row) => this.#row(master, size, row, board, overwrite)))];
    } catch (error) {
      return [...skipped, { failed: { shot_id: board.shot_id, error: error.code ?? 'INTERNAL', message: error.message } }];
    }
  }

  async generate(workItemId, pack, { shotIds = [], overwrite = false }) {
    const boards = new Map(pack.shot_boards.map((board) => [board.shot_id, board]));
    const rows = pack.export_plan.filter((row) => shotIds.length === 0 || shotIds.includes(row.shot_id));
    const ids = [...new Set(rows.map((row) => row.shot_id))];
    const missingShots = [...shotIds.filter((id) => !ids.includes(id)), ...ids.filter((id) => !boards.has(id))];
    const shots = ids.filter((id) => boards.has(id));
    const of = (id) => this.#shot(boards.get(id), rows.filter((row) => row.shot_id === id), overwrite);
    const done = (await Promise.all(shots.map(of))).flat();
    const all = (kind) => done.flatMap((part) => part[kind] ?? []);
    return {
      ok: true, workItemId, dryRun: false, overwrite, generated: all('generated'), skippedExisting: all('skipped'),
      missingShots: [...new Set(missingShots)], failed: all('failed'),
    };
  }
}
