// The service without us. Settings: one JSON document as the argument. Prints {"port": ...}.
import { S3Client } from '@aws-sdk/client-s3';
import express from 'express';
import OpenAI from 'openai';
import sharp from 'sharp';
import { HeroService } from './peer_heroes.mjs';

const settings = JSON.parse(process.argv[2]);
const heroes = new HeroService({
  openai: new OpenAI({ apiKey: settings.openai.apiKey, baseURL: settings.openai.baseUrl }),
  s3: new S3Client({
    endpoint: settings.s3.endpoint, region: settings.s3.region, forcePathStyle: true,
    credentials: { accessKeyId: settings.s3.accessKeyId, secretAccessKey: settings.s3.secretAccessKey },
  }),
  bucket: settings.bucket, model: settings.openai.model, quality: settings.openai.quality,
});

const app = express();
app.use(express.json({ limit: '1mb' }));
app.post('/api/work-items/:id/generate-lifestyle-heroes', async (request, response) => {
  const { pack, ...wishes } = request.body;
  const result = await heroes.generate(request.params.id, pack, wishes);
  const failed = result.failed.length > 0 && result.generated.length + result.skippedExisting.length === 0;
  response.status(failed ? 502 : 200).json(failed ? { ok: false, error: 'GENERATION_FAILED', details: { failed: result.failed } } : result);
});
app.use((error, request, response, next) => {
  console.error(error);
  if (response.headersSent) return next(error);
  return response.status(500).json({ ok: false, error: 'INTERNAL_ERROR' });
});

const about = { name: 'openai, sharp and the AWS SDK', versions: { node: process.version, sharp: sharp.versions } };
const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, about })));
process.on('SIGTERM', () => process.exit(0));
