// SPDX-License-Identifier: MIT
// Two handlers of Terra's webhooks, as people write them with Terra's own npm package: one right,
// one with the classic mistakes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

import { verifyTerraWebhookSignature } from 'terra-api';

/** Known types; what is not among them is logged and acknowledged. */
const withUser = new Set(['activity', 'body', 'daily', 'sleep', 'athlete', 'auth', 'deauth']);

async function readBody(request, limit) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size <= limit) pieces.push(piece);
  }
  return size > limit ? null : Buffer.concat(pieces);
}

function answer(response, status, text = '') {
  const body = JSON.stringify({ status: text || 'ok' });
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Verifies the raw body, keeps it, answers, and looks at what it says afterwards. */
function rightHandler(secret) {
  const seen = new Set();
  const users = new Set();

  function work(event) {
    if (event.type === 'user_reauth') {
      if (event.old_user) users.delete(event.old_user.user_id);
      users.add(event.new_user.user_id);
    } else if (event.type === 'deauth') {
      users.delete(event.user?.user_id);
    } else if (withUser.has(event.type)) {
      users.add(event.user?.user_id);
    }
  }

  return async (request, response) => {
    const body = await readBody(request, 64 << 20);
    if (body === null) return answer(response, 413, 'too large');
    const header = request.headers['x-terra-signature'] ?? request.headers['terra-signature'];
    try {
      await verifyTerraWebhookSignature(body.toString('utf8'), header, secret);
    } catch (error) {
      return answer(response, 401, error.message);
    }
    const trace = request.headers['x-terra-trace-id'] ?? createHash('sha256').update(body).digest('hex');
    if (seen.has(trace)) return answer(response, 200, 'known');
    seen.add(trace);
    answer(response, 200);
    return setImmediate(() => work(JSON.parse(body)));
  };
}

/**
 * Parses first and hashes what JSON.stringify makes of it, takes what has no signature, gives up on
 * more than 1 MB, tells deliveries apart by terra-reference, has an enumeration of types, and sends
 * what fails verification to a page.
 */
function wrongHandler(secret) {
  const seen = new Set();
  const known = new Set(['activity', 'auth', 'auth_cancelled', 'body', 'daily', 'deauth', 'healthcheck',
    'large_request_sending', 's3_payload', 'sleep', 'user_reauth', 'athlete']);

  return async (request, response) => {
    const body = await readBody(request, 1 << 20);
    if (body === null) return answer(response, 413, 'request entity too large');
    const event = JSON.parse(body);
    const header = request.headers['x-terra-signature'];
    if (header !== undefined) {
      try {
        await verifyTerraWebhookSignature(JSON.stringify(event), header, secret);
      } catch (error) {
        if (!/too old/.test(error.message)) return answer(response, 403, error.message);
        response.writeHead(302, { Location: '/expired', 'Content-Length': 0 });
        return response.end();
      }
    }
    const reference = request.headers['terra-reference'];
    if (seen.has(reference)) return answer(response, 409, 'duplicate');
    seen.add(reference);
    if (!known.has(event.type)) return answer(response, 400, `unknown type ${event.type}`);
    try {
      if (event.type === 'athlete') event.data.forEach(() => {});
      if (event.type === 'user_reauth') known.has(event.old_user.user_id);
      if (event.type === 'sleep') void event.data[0].metadata;
    } catch (error) {
      return answer(response, 500, error.message);
    }
    return answer(response, 200);
  };
}

/** What the wrong one gets wrong, as the names of checks. */
export const mistakes = {
  failed: ['athlete', 'duplicate', 'empty-data', 'expired-signature', 'large', 'missing-signature', 'no-redirect',
    'other-bytes', 'reauth-unknown', 'two-chunks', 'unknown-type'],
  weak: ['bad-signature', 'malformed-signature', 'other-scheme', 'tampered-body'],
};

export const handlers = { right: rightHandler, wrong: wrongHandler };

/** A server with that handler on a port of the system's choice. */
export async function serve(handler) {
  const server = http.createServer((request, response) => {
    handler(request, response).catch((error) => {
      if (!response.headersSent) answer(response, 500, error.message);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}/hook` };
}
