/**
 * The baseline for comparisons: a server that only replays answers recorded from Clinker, byte for byte. `http` has a
 * single handler; `express` has a route per operation, like a hand-written service; `row` is like it, but reads the shown
 * attachment from SQLite, which is the least that a service with a database does.
 */
import http from 'node:http';
import express from 'express';
import sqlite3 from 'sqlite3';

const kind = process.argv[2];

/** Returns a request's operation. Distinguishes only the few paths that the benchmark uses. */
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

/** Reads the request's body, as any service must, before it answers. */
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

/** Returns a handler that reads the answer's body by one prepared statement. */
function fromRow(answer) {
  const database = new sqlite3.Database(':memory:');
  let select;
  database.serialize(() => {
    database.run('CREATE TABLE attachment (id TEXT PRIMARY KEY, body TEXT)');
    database.run('INSERT INTO attachment VALUES (?, ?)', ['shown', answer.body.toString()]);
    select = database.prepare('SELECT body FROM attachment WHERE id = ?');
  });
  return (_request, response) => {
    select.all(['shown'], (error, rows) => {
      if (error !== null) throw error;
      answerWith(response, { ...answer, body: rows[0].body });
    });
  };
}

function expressApp(answers, show) {
  const app = express();
  app.disable('etag');
  app.disable('x-powered-by');
  const gives = (operation) => (request, response) => {
    afterBody(request, () => answerWith(response, answers[operation]));
  };
  app.get('/v3/:project/attachments', gives('list'));
  app.get('/v3/:project/attachments/detail', gives('detail'));
  app.get('/v3/:project/attachments/:id', show ?? gives('show'));
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
  const listeners = {
    http: () => bare(answers),
    express: () => expressApp(answers),
    row: () => expressApp(answers, fromRow(answers.show)),
  };
  const server = http.createServer(listeners[kind]());
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
});
process.on('disconnect', () => process.exit());
