// Looks at what a round has left: answers, files, and what the provider was asked.
import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { shotsPerItem } from './work_items.mjs';

export class Bucket {
  constructor(s3, name) {
    this.name = name;
    const { accessKeyId, secretAccessKey, ...where } = s3;
    this.client = new S3Client({ ...where, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  }

  async list() {
    const found = [];
    for (let token; ;) {
      const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.name, ContinuationToken: token }));
      found.push(...page.Contents ?? []);
      if (!page.IsTruncated) return found;
      token = page.NextContinuationToken;
    }
  }

  async get(key) {
    const { Body, ContentType } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return { file: Buffer.from(await Body.transformToByteArray()), contentType: ContentType };
  }
}

function expect(what, expected, got) {
  if (String(expected) !== String(got)) throw new Error(`${what}: expected ${expected}, got ${got}`);
}

function checkAnswer(item, { status, body }) {
  expect(`status of ${item.id} (${JSON.stringify(body).slice(0, 500)})`, 200, status);
  const of = (rows) => rows.map((row) => `${row.filename} ${row.width}x${row.height}`).sort().join('\n');
  expect(`${item.id}: ok`, true, body.ok);
  expect(`${item.id}: generated`, of(item.pack.export_plan), of(body.generated));
  for (const list of ['skippedExisting', 'missingShots', 'failed']) expect(`${item.id}: ${list}`, 0, body[list].length);
}

// Decodes every pixel: a file that is cut short is found.
async function checkFile(row, { file, contentType }) {
  const { info } = await sharp(file, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  expect(`size of ${row.filename}`, `${row.width}x${row.height}`, `${info.width}x${info.height}`);
  expect(`format of ${row.filename}`, row.format, (await sharp(file).metadata()).format);
  expect(`Content-Type of ${row.filename}`, `image/${row.format}`, contentType);
}

// Throws for what is not as it must be. Gives the bytes of all finished files. `some`: how many are decoded.
export async function checkRound({ items, answers, bucket, stats, pictures, some }) {
  items.forEach((item, i) => checkAnswer(item, answers[i]));
  const masters = items.length * shotsPerItem;
  expect(`requests that the provider refused (${stats.refused})`, 0, stats.refused.length);
  expect('pictures bought', masters, stats.generations);

  const rows = items.flatMap((item) => item.pack.export_plan), stored = await bucket.list();
  // Beside each of ours lies what its answer told.
  const keys = stored.map(({ Key }) => Key), kept = keys.filter((key) => key.startsWith('masters/') && !key.endsWith('.json'));
  expect('masters kept', masters, kept.length);
  expect('files', rows.map((row) => row.filename).sort().join('\n'), keys.filter((key) => !key.startsWith('masters/')).sort().join('\n'));
  const known = new Set(pictures.map((picture) => createHash('sha256').update(picture).digest('hex')));
  for (const key of kept.slice(0, some)) {
    const { file } = await bucket.get(key);
    expect(`${key} is a picture that the provider gave`, true, known.has(createHash('sha256').update(file).digest('hex')));
  }
  for (const row of rows.slice(0, some)) await checkFile(row, await bucket.get(row.filename));
  return stored.filter(({ Key }) => !Key.startsWith('masters/')).reduce((sum, { Size }) => sum + Size, 0);
}
