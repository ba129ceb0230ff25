// SPDX-License-Identifier: MIT
// A long day of a listener: 200 deliveries a second of mixed sizes, each forwarded, the newest
// replayed again and again, the oldest pruned. Its memory and descriptors must stay flat and every
// delivery must be answered. Usage: node soak.mjs PATH-OF-TERRA-HOOK SECONDS
import { createHmac, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [program, duration] = [process.argv[2], Number(process.argv[3])];
if (!program || !(duration >= 20)) {
  console.error('usage: node soak.mjs PATH-OF-TERRA-HOOK SECONDS (20 at least)');
  process.exit(4);
}

const RATE = 200; // deliveries a second
const KEPT = 5000; // captures that pruning leaves
const REPLAYED = 300; // captures a replay
const REST = 5; // seconds between two replays, each followed by a prune
// Sizes in bytes and how many of 1000 deliveries have them.
const SIZES = [[1 << 10, 520], [4 << 10, 380], [32 << 10, 89], [256 << 10, 10], [3 << 20, 1]];
// What the last quarter of the time may have more than the second.
const MORE_MEMORY = 16 << 20;
const MORE_DESCRIPTORS = 16;

const SECRET = 'a secret of the soak';
const work = mkdtempSync(join(tmpdir(), 'terra-hook-soak-'));
const store = join(work, 'captures.db');
writeFileSync(join(work, 'secret'), SECRET, { mode: 0o600 });
const environment = { PATH: process.env.PATH, HOME: work, TERRA_SIGNING_SECRET: SECRET };
const counts = { sent: 0, answered: 0, failed: 0, received: 0, replays: 0, replayFailures: 0 };

const sink = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    counts.received += 1;
    setTimeout(() => response.end('{"ok":true}'), Math.random() * 20);
  });
});
sink.listen(0, '127.0.0.1');
await once(sink, 'listening');
const target = `127.0.0.1:${sink.address().port}`;

const listener = spawn(program, ['listen', '--port', '0', '--format', 'ndjson', '--store', store,
  '--forward-to', target], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(listener, 'close'); // after the last of its output
let summary;
let ready;
const isReady = new Promise((resolve) => { ready = resolve; });
// Bodies are printed too, so lines are long: only those that are not deliveries are parsed.
createInterface({ input: listener.stdout }).on('line', (line) => {
  if (line.startsWith('{"type":"ready"')) ready(JSON.parse(line));
  if (line.startsWith('{"type":"summary"')) summary = JSON.parse(line);
});
const { url } = await isReady;

function chooseSize() {
  let left = Math.random() * 1000;
  for (const [size, share] of SIZES) {
    left -= share;
    if (left < 0) return size;
  }
  return SIZES[0][0];
}

const types = ['sleep', 'daily', 'activity', 'body', 'nutrition'];
const filler = randomBytes(3 << 19).toString('hex');
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

function send() {
  const number = counts.sent;
  counts.sent += 1;
  const head = `{"type":"${types[number % types.length]}","user":{"user_id":"u-${number % 50}",`
    + '"provider":"GARMIN"},"data":[{"x":"';
  const body = `${head}${filler.slice(0, Math.max(0, chooseSize() - head.length - 4))}"}]}`;
  const t = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex');
  const request = http.request(url, { method: 'POST', agent, headers: {
    'Content-Type': 'application/json', 'Content-Length': body.length,
    'terra-signature': `t=${t},v1=${signature}`, 'X-Terra-Trace-Id': `soak-${number}`,
  } }, (response) => {
    response.resume();
    response.on('end', () => {
      if (response.statusCode === 200) counts.answered += 1;
      else counts.failed += 1;
    });
  });
  request.on('error', () => { counts.failed += 1; });
  request.end(body);
}

async function run(...args) {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => { errors = (errors + text).slice(-2000); });
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    counts.replayFailures += 1;
    console.error(`terra-hook ${args[0]} ended with ${code}: ${errors}`);
  }
}

const begin = Date.now();
const elapsed = () => (Date.now() - begin) / 1000;
const isOver = () => elapsed() >= duration;

async function sendAll() {
  while (!isOver()) {
    while (counts.sent < elapsed() * RATE) send();
    await sleep(5);
  }
}

async function replayAll() {
  while (!isOver()) {
    await sleep(REST * 1000);
    if (isOver()) return;
    await run('replay', '--last', String(REPLAYED), '--to', target, '--concurrency', '8',
      '--store', store, '--format', 'ndjson');
    counts.replays += 1;
    await run('prune', '--keep', String(KEPT), '--yes', '--store', store);
  }
}

const samples = [];

function sample() {
  const status = readFileSync(`/proc/${listener.pid}/status`, 'utf8');
  const kilobytes = (name) => Number(status.match(new RegExp(`${name}:\\s*(\\d+)`))[1]);
  const taken = {
    at: elapsed(),
    memory: kilobytes('VmRSS') << 10,
    peak: kilobytes('VmHWM') << 10,
    descriptors: readdirSync(`/proc/${listener.pid}/fd`).length,
  };
  samples.push(taken);
  return taken;
}

const megabytes = (bytes) => (bytes / (1 << 20)).toFixed(1);

function print({ at, memory, peak, descriptors }) {
  const row = [at.toFixed(0), counts.sent, counts.answered, counts.received, counts.replays,
    megabytes(memory), megabytes(peak), descriptors, megabytes(statSync(store).size)];
  console.log(row.map((value, index) => String(value).padStart(index === 0 ? 6 : 10)).join(''));
}

async function sampleAll() {
  console.log('     s      sent  answered  received   replays    RSS MB   peak MB      open  store MB');
  const pause = Math.max(0.25, duration / 400);
  for (let next = duration / 12; !isOver(); ) {
    await sleep(pause * 1000);
    const taken = sample();
    if (taken.at < next) continue;
    print(taken);
    next += duration / 12;
  }
}

await Promise.all([sendAll(), replayAll(), sampleAll()]);
for (let i = 0; i < 200 && counts.answered + counts.failed < counts.sent; i += 1) await sleep(50);
listener.kill('SIGTERM');
const [code] = await ended;
agent.destroy();
sink.close();
sink.closeAllConnections();

let isFine = true;
function check(text, isRight) {
  isFine &&= isRight;
  console.log(`${isRight ? 'ok    ' : 'FAILED'}  ${text}`);
}

/** The median of what the samples of a quarter have. */
function quarter(number, name) {
  const values = samples
    .filter(({ at }) => at >= (number - 1) * duration / 4 && at < number * duration / 4)
    .map((taken) => taken[name]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}

const memory = [2, 4].map((number) => quarter(number, 'memory'));
const descriptors = [2, 4].map((number) => quarter(number, 'descriptors'));
check(`memory: ${memory.map(megabytes).join(' MB, then ')} MB`, memory[1] - memory[0] < MORE_MEMORY);
check(`descriptors: ${descriptors.join(', then ')}`,
  descriptors[1] - descriptors[0] < MORE_DESCRIPTORS);
check(`${counts.answered} of ${counts.sent} deliveries answered 200`,
  counts.sent > 0 && counts.answered === counts.sent);
check(`${counts.sent / duration} deliveries a second`, counts.sent > 0.95 * RATE * duration);
check(`${counts.replays} replays, ${counts.replayFailures} commands failed`,
  counts.replays > 0 && counts.replayFailures === 0);
check(`the summary counts ${summary?.deliveries} deliveries, ${summary?.lost} lost`,
  summary?.deliveries === counts.sent && summary?.lost === 0);
check(`its exit code is ${code}`, code === 0);
rmSync(work, { recursive: true });
process.exitCode = isFine ? 0 : 1;
