// SPDX-License-Identifier: MIT
// Terra's own npm client, unchanged, against `terra-hook emulate`. Usage: node emulate.mjs
// PATH-OF-TERRA-HOOK
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { TerraClient, TerraError, verifyTerraWebhookSignature } from 'terra-api';

const SECRET = 'interop signing secret 0123456789';
const DEADLINE_MS = 60_000;

const program = resolve(process.argv[2] ?? process.env.TERRA_HOOK_PROGRAM ?? 'terra-hook');
const work = mkdtempSync(join(tmpdir(), 'terra-hook-emulate-'));
let passed = 0;
let failed = 0;

function check(text, isRight, detail = '') {
  if (isRight) passed += 1;
  else failed += 1;
  console.log(`${isRight ? 'ok    ' : 'FAILED'}  ${text}${isRight || !detail ? '' : `: ${detail}`}`);
}

/** A receiver that checks each delivery as Terra's documentation says a handler should. */
class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.deliveries = [];
    receiver.waiting = () => {};
    receiver.server = http.createServer((request, response) => receiver.take(request, response));
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  async take(request, response) {
    const pieces = await request.toArray();
    const body = Buffer.concat(pieces).toString();
    let isValid = false;
    try {
      isValid = await verifyTerraWebhookSignature(body, request.headers['x-terra-signature'], SECRET);
    } catch { /* stays invalid */ }
    response.writeHead(isValid ? 200 : 401).end();
    this.deliveries.push({ headers: request.headers, body: JSON.parse(body), isValid });
    this.waiting();
  }

  /** What `find` finds in the deliveries, once it does. */
  when(text, find) {
    return new Promise((found, reject) => {
      const timer = setTimeout(() => reject(new Error(`${text}: not delivered`)), DEADLINE_MS);
      this.waiting = () => {
        const result = find(this.deliveries);
        if (!result) return;
        clearTimeout(timer);
        this.waiting = () => {};
        found(result);
      };
      this.waiting();
    });
  }

  /** All deliveries of one request, once there are `count`. */
  of(reference, count) {
    return this.when(reference, (deliveries) => {
      const all = deliveries.filter(({ headers }) => headers['terra-reference'] === reference);
      return all.length >= count && all;
    });
  }

  /** Waits for a delivery of each of `types`. */
  withTypes(...types) {
    return this.when(types.join(), (deliveries) =>
      types.every((type) => deliveries.some(({ body }) => body.type === type)));
  }
}

async function startEmulator(webhook) {
  const child = spawn(program, ['emulate', '--port', '0', '--format', 'ndjson', '--date', '2026-07-31',
    '--users', '12', '--webhook', webhook, '--speed', '100x', '--fault', 'GET /daily:503x2'], {
    env: { PATH: process.env.PATH, HOME: work, TERRA_SIGNING_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = await once(lines, 'line');
  lines.on('line', () => {});
  return { child, ready: JSON.parse(first) };
}

/** A user who has such data, and what the client got. */
async function fetchOf(endpoint, users, request) {
  for (const { user_id: userId } of users) {
    try {
      const got = await endpoint.fetch({ user_id: userId, ...request });
      if (got.data.length > 0) return { userId, got };
    } catch (error) {
      const detail = error instanceof TerraError ? error.body?.detail ?? '' : '';
      if (!detail.includes('has no')) throw error;
    }
  }
  throw new Error('nobody has such data');
}

async function checkData(client, users, receiver) {
  for (const type of ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep']) {
    const days = { start_date: '2026-07-01', end_date: '2026-07-15', with_samples: true };
    const { userId, got } = await fetchOf(client[type], users, { ...days, to_webhook: false });
    check(`${type}.fetch answers data of the user`,
      got.user.user_id === userId && got.type === type && got.data.length > 0, JSON.stringify(got).slice(0, 300));

    const told = await client[type].fetch({ user_id: userId, ...days, to_webhook: true });
    const [delivery] = await receiver.of(told.reference, 1);
    check(`${type}.fetch has the same data delivered to the webhook, signed`,
      delivery.isValid && JSON.stringify(delivery.body.data) === JSON.stringify(got.data),
      JSON.stringify({ told, delivery }).slice(0, 300));
  }
  const [{ user_id: userId }] = users;
  const athlete = await client.athlete.fetch({ user_id: userId, to_webhook: false });
  check('athlete.fetch answers the profile', athlete.type === 'athlete' && athlete.athlete !== undefined,
    JSON.stringify(athlete));
  const planned = await client.plannedworkout.fetch({ user_id: userId, start_date: '2026-07-01', to_webhook: false });
  check('plannedworkout.fetch answers a list', Array.isArray(planned.data), JSON.stringify(planned));

  const unix = await client.daily.fetch({ user_id: userId, start_date: 1782864000, end_date: 1783036800, to_webhook: false });
  check('numbers are Unix seconds', unix.data.length === 2, JSON.stringify(unix).slice(0, 300));
}

async function checkLarge(client, [{ user_id: userId }], receiver) {
  const told = await client.daily.fetch({ user_id: userId, start_date: '2026-01-01', to_webhook: true });
  check('a large request is acknowledged as one', typeof told.message === 'string', JSON.stringify(told));
  const first = await receiver.of(told.reference, 2);
  const sending = first.find(({ body }) => body.type === 'large_request_sending');
  const expected = sending.body.expected_payloads;
  const all = await receiver.of(told.reference, expected + 2);
  const chunks = all.map(({ headers }) => /:chunk:(\d+)$/.exec(headers['x-terra-trace-id'])?.[1]).filter(Boolean);
  check(`all ${expected} chunks come, each once and signed`,
    new Set(chunks).size === expected && all.length === expected + 2 && all.every(({ isValid }) => isValid),
    JSON.stringify(chunks));
}

async function checkUsers(client, users) {
  const { user_id: userId, reference_id: referenceId } = users[0];
  const one = await client.user.getinfoforuserid({ user_id: userId });
  check('user.getinfoforuserid finds the user', one.user.user_id === userId, JSON.stringify(one));
  if (referenceId) {
    const list = await client.user.getinfoforuserid({ reference_id: referenceId });
    check('and by reference_id a list', list[0].reference_id === referenceId, JSON.stringify(list));
  }
  const all = await client.user.getalluserids({});
  check('user.getalluserids lists all', all.users.length === users.length, JSON.stringify(all).slice(0, 300));
  const page = await client.user.getalluserids({ page: 0, per_page: 5 });
  check('and in pages', page.data.results.length === 5 && page.data.next === 1, JSON.stringify(page).slice(0, 300));
  const bulk = await client.user.getinfoformultipleuserids([userId, 'nobody']);
  check('user.getinfoformultipleuserids finds those there are', bulk.length === 1, JSON.stringify(bulk));
  const integrations = await client.integrations.fetch();
  check('integrations.fetch lists providers', integrations.providers.includes('GARMIN'), JSON.stringify(integrations));
  const detailed = await client.integrations.detailedfetch({ sdk: true });
  check('integrations.detailedfetch too', detailed.providers.length > 0, JSON.stringify(detailed).slice(0, 300));
}

async function checkConnecting(client, receiver) {
  const link = await client.authentication.authenticateuser({ resource: 'OURA', reference_id: 'zoe' });
  await fetch(link.auth_url);
  const connected = await client.user.getinfoforuserid({ user_id: link.user_id });
  check('opening the link of authenticateuser connects', connected.user.provider === 'OURA', JSON.stringify(connected));
  const widget = await client.authentication.generatewidgetsession({ reference_id: 'zoe' });
  check('generatewidgetsession gives a link', widget.url.startsWith('http'), JSON.stringify(widget));
  const token = await client.authentication.generateauthtoken();
  check('generateauthtoken gives a token', token.token.length === 64, JSON.stringify(token));
  const gone = await client.authentication.deauthenticateuser({ user_id: link.user_id });
  check('deauthenticateuser ends the connection', gone.status === 'success', JSON.stringify(gone));
  const objection = await client.user.getinfoforuserid({ user_id: link.user_id }).catch((error) => error);
  check('whose user is then not found', objection.statusCode === 404 && objection.body.detail === 'user not found',
    String(objection));
  const missing = await receiver.withTypes('auth', 'deauth').then(() => '', String);
  check('auth and deauth are delivered', missing === '', missing);
}

async function checkRefusals(client, users, baseUrl) {
  const bad = await client.sleep.fetch({ user_id: users[0].user_id, start_date: '1 July' }).catch((error) => error);
  check('a bad date is a BadRequestError with a detail',
    bad.constructor.name === 'BadRequestError' && bad.body.detail === 'invalid start_date', String(bad));
  const anonymous = new TerraClient({ baseUrl, apiKey: '', devId: 'd' });
  const refused = await anonymous.user.getalluserids({}).catch((error) => error);
  check('no key is an UnauthorizedError', refused.statusCode === 401, String(refused));
}

const receiver = await Receiver.start();
const { child, ready } = await startEmulator(receiver.url);
const closed = once(child, 'close');
try {
  const client = new TerraClient({ baseUrl: ready.api_url, apiKey: 'k', devId: 'd' });
  await checkData(client, ready.users, receiver);
  await checkLarge(client, ready.users, receiver);
  await checkUsers(client, ready.users);
  await checkConnecting(client, receiver);
  await checkRefusals(client, ready.users, ready.api_url);
  check('every delivery was signed as the package wants it', receiver.deliveries.every(({ isValid }) => isValid));
} catch (error) {
  check('the checks ran to their end', false, error.stack);
}
child.kill('SIGTERM');
const [code] = await closed;
check('emulate stops with exit code 0', code === 0, String(code));
receiver.server.closeAllConnections();
receiver.server.close();
console.log(`${passed} passed, ${failed} failed`);
rmSync(work, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
