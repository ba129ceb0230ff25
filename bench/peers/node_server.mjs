// SPDX-License-Identifier: MIT
// What one writes without terra-hook: verify with Terra's own package, keep durably, answer.
// Usage: node node_server.mjs SECRET DIRECTORY
import { open } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { verifyTerraWebhookSignature } from 'terra-api';

const [secret, directory] = process.argv.slice(2);
let number = 0;

const server = http.createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  try {
    await verifyTerraWebhookSignature(body.toString('utf8'), request.headers['terra-signature'], secret);
    number += 1;
    const file = await open(path.join(directory, `${number}.json`), 'wx');
    await file.writeFile(body);
    await file.datasync();
    await file.close();
    response.writeHead(200, { 'Content-Length': 0 }).end();
  } catch (error) {
    response.writeHead(401, { 'Content-Length': 0 }).end();
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
