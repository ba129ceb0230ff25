// SPDX-License-Identifier: MIT
// Some hundred requests that are odd or wrong, sent to terra-hook and to Node's own server. What the
// two do differently is in odd_requests.json with the reason; a difference without one fails.
// Usage: node odd_requests.mjs PATH-OF-TERRA-HOOK [--record]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DEADLINE_MS = 10_000;
const table = new URL('odd_requests.json', import.meta.url);
const program = process.argv[2];
const records = process.argv[3] === '--record';

// A row: its name; the bytes as Latin-1, [text, n] being n times that text; what terra-hook does;
// what Node did when the row was written; why, where they differ. What is done is one word an
// answer: its status, and of a request that was taken its target and the size of its body.
const rows = JSON.parse(readFileSync(table, 'utf8'));

const bytesOf = ({ bytes }) => Buffer.from([bytes].flat(1)
  .map((piece) => (Array.isArray(piece) ? piece[0].repeat(piece[1]) : piece)).join(''), 'latin1');

/** Sends bytes, then the end, and reads to the end. */
async function exchange(port, bytes) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.on('data', (piece) => { received += piece.toString('latin1'); });
  socket.on('error', () => {}); // a reset ends it like any other
  const closed = once(socket, 'close');
  socket.on('end', () => socket.end());
  socket.end(bytes);
  const timer = setTimeout(() => { received += 'HTTP/1.1 999 \r\n\r\n'; socket.destroy(); }, DEADLINE_MS);
  await closed;
  clearTimeout(timer);
  return received;
}

/** The statuses of the answers in `received`, with their bodies. */
function answersIn(received) {
  const answers = [];
  for (let rest = received; rest !== '';) {
    const head = rest.match(/^HTTP\/1\.1 (\d{3}).*?\r\n\r\n/s);
    if (!head) return [...answers, { status: 'garbage', body: '' }];
    rest = rest.slice(head[0].length);
    // Node ends what it refuses with an empty chunk.
    const isChunked = /^transfer-encoding: chunked/im.test(head[0]);
    const size = isChunked ? '0\r\n\r\n'.length
      : Number(head[0].match(/^content-length: *(\d+)/im)?.[1] ?? 0);
    answers.push({ status: head[1], body: rest.slice(0, size) });
    rest = rest.slice(size);
  }
  return answers;
}

const word = (target, size) => `200:${target}:${size}`;

/** Like a listener: takes a POST of any path. */
async function startNode() {
  const server = http.createServer((request, response) => {
    let size = 0;
    request.on('data', (piece) => { size += piece.length; });
    request.on('end', () => {
      response.statusCode = request.method === 'POST' ? 200 : 405;
      const body = word(request.url, size);
      response.setHeader('Content-Length', Buffer.byteLength(body, 'latin1'));
      response.end(Buffer.from(body, 'latin1'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    async verdict(bytes) {
      const answers = answersIn(await exchange(server.address().port, bytes));
      return answers.map(({ status, body }) => (status === '200' ? body : status)).join(' ');
    },
    stop() { server.close(); server.closeAllConnections(); },
  };
}

async function startTerraHook() {
  const work = mkdtempSync(join(tmpdir(), 'terra-hook-odd-'));
  const child = spawn(program, ['listen', '--port', '0', '--no-store', '--format', 'ndjson',
    '--body', 'none'], { env: { PATH: process.env.PATH, HOME: work }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (type) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('terra-hook has ended');
      const line = JSON.parse(value);
      if (line.type === type) return line;
    }
  };
  const { url } = await next('ready');
  return {
    async verdict(bytes) {
      const words = [];
      for (const { status } of answersIn(await exchange(Number(new URL(url).port), bytes))) {
        if (status !== '200') {
          words.push(status);
          continue;
        }
        const delivery = await next('delivery');
        words.push(word(delivery.target, delivery.body_size));
      }
      return words.join(' ');
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
      rmSync(work, { recursive: true });
    },
  };
}

const node = await startNode();
const ours = await startTerraHook();
let passed = 0;
let failed = 0;
let differences = 0;
for (const row of rows) {
  const is = { ours: await ours.verdict(bytesOf(row)), node: await node.verdict(bytesOf(row)) };
  if (is.ours !== is.node) differences += 1;
  if (records) {
    Object.assign(row, is);
    continue;
  }
  if (is.ours === row.ours && (is.ours === is.node || row.why)) {
    passed += 1;
    continue;
  }
  failed += 1;
  console.log(`FAILED  ${row.name}: terra-hook '${is.ours}' (was '${row.ours}'), Node '${is.node}'`);
}
await ours.stop();
node.stop();
if (records) {
  const lines = rows.map(({ name, bytes, ours: our, node: its, why }) =>
    `  ${JSON.stringify({ name, bytes, ours: our, node: its, why })}`);
  writeFileSync(table, `[\n${lines.join(',\n')}\n]\n`);
}
console.log(`${passed} passed, ${failed} failed, ${differences} differ from Node ${process.version}`);
process.exitCode = failed === 0 && (records || passed > 0) ? 0 : 1;
