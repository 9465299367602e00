/**
 * What Clinker is compared with: a server that gives the answers recorded from it, byte for byte, and does nothing
 * else. `node:http` has one function, `express` a route for each operation, as a hand-written service would.
 */
import http from 'node:http';
import express from 'express';

const kind = process.argv[2];

/** Which operation a request is; only as clever as the few addresses that the bench uses need. */
function operationOf({ method, url }) {
  if (method === 'PUT') return 'update';
  if (method === 'DELETE') return 'delete';
  if (method === 'POST') return url.endsWith('/action') ? 'complete' : 'create';
  if (!url.includes('?')) return 'show';
  return url.includes('/detail?') ? 'detail' : 'list';
}

function answerWith(response, { status, headers, body }) {
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value);
  response.end(body);
}

/** Reads the request's body, as any service must before it answers. */
function afterBody(request, answer) {
  if (request.method === 'GET' || request.method === 'DELETE') {
    answer();
    return;
  }
  request.on('end', answer);
  request.resume();
}

function bare(answers) {
  return (request, response) => {
    afterBody(request, () => answerWith(response, answers[operationOf(request)]));
  };
}

function expressApp(answers) {
  const app = express();
  app.disable('etag');
  app.disable('x-powered-by');
  const gives = (operation) => (request, response) => {
    afterBody(request, () => answerWith(response, answers[operation]));
  };
  app.get('/v3/:project/attachments', gives('list'));
  app.get('/v3/:project/attachments/detail', gives('detail'));
  app.get('/v3/:project/attachments/:id', gives('show'));
  app.post('/v3/:project/attachments', gives('create'));
  app.put('/v3/:project/attachments/:id', gives('update'));
  app.post('/v3/:project/attachments/:id/action', gives('complete'));
  app.delete('/v3/:project/attachments/:id', gives('delete'));
  return app;
}

process.once('message', (recorded) => {
  const answers = Object.fromEntries(
    Object.entries(recorded).map(([operation, answer]) => [
      operation,
      { ...answer, body: Buffer.from(answer.body) },
    ]),
  );
  const server = http.createServer(kind === 'express' ? expressApp(answers) : bare(answers));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
});
process.on('disconnect', () => process.exit());
