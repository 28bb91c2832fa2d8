// The same service with the package imagegen. Settings: one JSON document as the argument. Prints {"port": ...}.
import express from 'express';
import { ImagegenError, Runtime, version } from '../../bindings/node/index.js';

const { openai, models, s3, bucket, state, heroes } = JSON.parse(process.argv[2]);
const runtime = await Runtime.open({
  config: { provider: 'openai', openai, models, store: `s3://${bucket}`, s3: { ...s3, pathStyle: true }, state, heroes },
});

const app = express();
app.use(express.json({ limit: '1mb' }));
app.post('/api/work-items/:id/generate-lifestyle-heroes', async (request, response) => {
  response.json(await runtime.heroes.generate({ ...request.body, workItemId: request.params.id }));
});
app.use((error, request, response, next) => {
  if (response.headersSent || !(error instanceof ImagegenError)) return next(error);
  return response.status(error.httpStatus).json(error.body);
});

const about = { name: 'imagegen', versions: { node: process.version, imagegen: version() } };
const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, about })));
process.on('SIGTERM', () => process.exit(0));
