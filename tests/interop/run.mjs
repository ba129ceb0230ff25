// SPDX-License-Identifier: MIT
// Holds terra-hook to programs that know nothing of it: Terra's own npm package, Node's crypto, curl
// and openssl. Usage: node run.mjs PATH-OF-TERRA-HOOK
import { createHmac } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { verifyTerraWebhookSignature } from 'terra-api';

const SECRET = 'interop signing secret 0123456789';
const DEADLINE_MS = 20_000;

const program = resolve(process.argv[2] ?? process.env.TERRA_HOOK_PROGRAM ?? 'terra-hook');
const work = mkdtempSync(join(tmpdir(), 'terra-hook-interop-'));
const secretFile = join(work, 'secret');
// Nothing of the caller's own settings gets in.
const environment = {
  PATH: process.env.PATH, HOME: work, XDG_CONFIG_HOME: work, XDG_DATA_HOME: work, XDG_STATE_HOME: work,
};

let passed = 0;
let failed = 0;

function check(text, isRight, detail = '') {
  if (isRight) passed += 1;
  else failed += 1;
  console.log(`${isRight ? 'ok    ' : 'FAILED'}  ${text}${isRight || !detail ? '' : `: ${detail}`}`);
}

const now = () => Math.floor(Date.now() / 1000);

/** The digest, worked out by Node and by nothing of ours. */
function digest(timestamp, body, secret = SECRET) {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

const header = (timestamp, body) => `t=${timestamp},v1=${digest(timestamp, body)}`;

const sleepEvent = JSON.stringify({
  type: 'sleep',
  user: { user_id: '40f7b0e1-5c3a-4d1e-9f57-6a2f3c1d0b9e', provider: 'GARMIN', reference_id: 'Zoë' },
  data: [{ heart_rate_data: { summary: { avg_hr_bpm: 52.5 } } }],
});

const bodies = Object.entries({
  'an event': sleepEvent,
  'an empty object': '{}',
  'two-byte letters': '{"city":"Zürich, Αθήνα"}',
  'four-byte letters': '{"mood":"😴🏃‍♀️"}',
  'decomposed letters': '{"name":"Zoe\u0308"}',
  'escaped letters': '{"name":"Zo\\u00eb","face":"\\ud83d\\ude34"}',
  'CRLF lines': '{\r\n  "type": "body",\r\n  "data": []\r\n}\r\n',
  'a final newline': '{"type":"daily"}\n',
  'a byte order mark': '\ufeff{"type":"daily"}',
  'duplicate keys': '{"type":"body","type":"sleep"}',
  'numbers as written': '{"a":1.0,"b":1e400,"c":-0,"d":123456789012345678901234567890}',
  'deep nesting': '['.repeat(500) + ']'.repeat(500),
  'no JSON': 'type=sleep&user=1',
  'one blank': ' ',
  'a NUL': '{"a":"\0"}',
  'one megabyte': `{"type":"activity","data":["${'x'.repeat(1 << 20)}"]}`,
}).map(([name, text], index) => {
  const body = Buffer.from(text);
  const file = join(work, `body-${index}`);
  writeFileSync(file, body);
  return { name, text, body, file };
});

function run(...args) {
  const done = spawnSync(program, args, { env: environment, timeout: DEADLINE_MS, encoding: 'utf8' });
  if (done.error) throw done.error;
  return done;
}

function sign(file, ...args) {
  const done = run('sign', file, '--secret-file', secretFile, '--format', 'json', ...args);
  if (done.status !== 0) throw new Error(`sign exits with ${done.status}: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

/** A running `terra-hook listen`, and the lines that it prints. */
class Listener {
  static async start() {
    const listener = new Listener();
    listener.child = spawn(
      program,
      ['listen', '--port', '0', '--format', 'ndjson', '--body', 'none', '--store',
        join(work, 'captures.db'), '--secret-file', secretFile],
      { env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(listener.child, 'spawn');
    listener.closed = once(listener.child, 'close');
    listener.lines = [];
    listener.waiting = () => {};
    createInterface({ input: listener.child.stdout }).on('line', (line) => {
      listener.lines.push(JSON.parse(line));
      listener.waiting();
    });
    listener.url = (await listener.line('the ready line', (line) => line.type === 'ready')).url;
    return listener;
  }

  /** The first line that `matches`, however late it comes within the deadline. */
  line(what, matches) {
    return new Promise((resolveLine, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} was not printed`)), DEADLINE_MS);
      this.waiting = () => {
        const found = this.lines.find(matches);
        if (!found) return;
        clearTimeout(timer);
        this.waiting = () => {};
        resolveLine(found);
      };
      this.waiting();
    });
  }

  delivery(traceId) {
    return this.line(`delivery ${traceId}`,
      (line) => line.type === 'delivery' && line.trace_id === traceId);
  }

  async stop() {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), DEADLINE_MS);
    this.child.kill('SIGTERM');
    const [code] = await this.closed;
    clearTimeout(timer);
    return code;
  }
}

let posts = 0;
const nextTraceId = () => `interop-${(posts += 1)}`;

/** Posts `body`, and checks the answer and what the listener says of it. */
async function checkPost(listener, text, headers, body, status, verdict) {
  const traceId = nextTraceId();
  const request = http.request(`${listener.url}/hook`, {
    method: 'POST',
    agent: false,
    timeout: DEADLINE_MS,
    headers: {
      'Content-Type': 'application/json', 'Content-Length': body.length, 'X-Terra-Trace-Id': traceId, ...headers,
    },
  });
  request.end(body);
  const [answer] = await once(request, 'response');
  answer.setEncoding('utf8');
  const said = (await answer.toArray()).join('');
  const delivery = answer.statusCode === status ? await listener.delivery(traceId) : {};
  check(`${text} is answered ${status} and ${verdict}`,
    answer.statusCode === status && delivery.status === status && delivery.verdict === verdict
      && delivery.body_size === body.length,
    JSON.stringify({ answered: answer.statusCode, said, delivery }));
}

async function checkListen(listener) {
  for (const { name, body } of bodies) {
    for (const field of ['X-Terra-Signature', 'Terra-Signature', 'terra-signature']) {
      await checkPost(listener, `${name}, signed by Node in ${field},`,
        { [field]: header(now(), body) }, body, 200, 'valid');
    }
  }
  const { body } = bodies[0];
  const old = now() - 600;
  await checkPost(listener, 'a forged event',
    { 'X-Terra-Signature': `t=${now()},v1=${digest(now(), body, 'another secret')}` }, body, 401, 'invalid');
  await checkPost(listener, 'an event without a signature', {}, body, 401, 'missing');
  await checkPost(listener, 'an event with half a header', { 'X-Terra-Signature': `t=${now()}` }, body, 401,
    'malformed');
  await checkPost(listener, 'an event signed ten minutes ago',
    { 'X-Terra-Signature': header(old, body) }, body, 200, 'stale');
}

/** Runs the very line that people type, with $URL, $FILE and the like set. */
async function checkCurl(listener, text, options, { body, file }) {
  const traceId = nextTraceId();
  const command = `curl -sS -o /dev/null -w '%{http_code}' --max-time 15 ${options} \
    -H "X-Terra-Trace-Id: $TRACE_ID" -H 'Content-Type: application/json' \
    -H "$("$PROGRAM" sign "$FILE" --secret-file "$SECRET_FILE")" --data-binary "@$FILE" "$URL/hook"`;
  const child = spawn('sh', ['-c', command], {
    env: {
      ...environment, PROGRAM: program, FILE: file, SECRET_FILE: secretFile, URL: listener.url, TRACE_ID: traceId,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => { output += piece; });
  const [code] = await once(child, 'close');
  const delivery = output === '200' ? await listener.delivery(traceId) : {};
  check(`curl ${text}, with the header that sign prints, is valid`,
    output === '200' && delivery.verdict === 'valid' && delivery.body_size === body.length,
    JSON.stringify({ code, output, delivery }));
  return new Map((delivery.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
}

async function checkCurls(listener) {
  const chunked = "-H 'Transfer-Encoding: chunked'";
  // curl waits that long for the 100 before it sends the body anyway: longer than it may take at all.
  const expecting = "-H 'Expect: 100-continue' --expect100-timeout 60";
  for (const body of bodies) {
    await checkCurl(listener, `posting ${body.name}`, "-H 'Expect:'", body);
    await checkCurl(listener, `posting ${body.name} in chunks`, `${chunked} -H 'Expect:'`, body);
  }
  const large = { body: Buffer.alloc(3 << 20, '0123456789'), file: join(work, 'large') };
  writeFileSync(large.file, large.body);
  const fields = await checkCurl(listener, 'posting 3 MB after a 100', expecting, large);
  check('it did ask for the 100', fields.get('expect') === '100-continue', JSON.stringify([...fields]));
  const chunks = await checkCurl(listener, 'posting 3 MB in chunks after a 100', `${chunked} ${expecting}`, large);
  check('it did send chunks', chunks.get('transfer-encoding') === 'chunked', JSON.stringify([...chunks]));
  await checkCurl(listener, 'posting over HTTP/1.0', "--http1.0 -H 'Expect:'", bodies[0]);
}

/** What the package makes of a header: '' when it accepts, else its words. */
async function packageObjection(body, value) {
  try {
    return (await verifyTerraWebhookSignature(body, value, SECRET)) === true ? '' : 'not true';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

async function checkSign() {
  for (const { name, text, body, file } of bodies) {
    const { value, timestamp, signature } = sign(file);
    const objection = await packageObjection(text, value);
    check(`the package accepts what sign prints for ${name}`, objection === '', objection);
    const flipped = Buffer.from(body);
    flipped[flipped.length - 1] ^= 1;
    const onFlipped = await packageObjection(flipped.toString(), value);
    check(`and rejects it when a bit of the body is flipped`, onFlipped.includes('No matching signature'), onFlipped);

    const openssl = spawnSync('openssl', ['dgst', '-sha256', '-hmac', SECRET, '-hex'], {
      input: Buffer.concat([Buffer.from(`${timestamp}.`), body]), timeout: DEADLINE_MS, encoding: 'utf8',
    });
    check(`openssl agrees with sign on ${name}`, openssl.stdout?.trim().endsWith(` ${signature}`),
      openssl.error?.message ?? openssl.stdout);
  }
  const { file, body } = bodies[0];
  const fixed = sign(file, '--timestamp', '1782880000');
  check('sign uses the timestamp it is given', fixed.value === header('1782880000', body), JSON.stringify(fixed));
}

/** Headers for bodies[0], and whether both sides are to accept them. */
function agreedHeaders(t, v1) {
  const wrong = '0'.repeat(64);
  const { body } = bodies[0];
  return [
    ['the usual form', `t=${t},v1=${v1}`, true],
    ['v1 before t', `v1=${v1},t=${t}`, true],
    ['blanks after commas', `t=${t},  v1=${v1}`, true],
    ['blanks around =', `t = ${t} , v1 = ${v1}`, true],
    ['tabs', `\tt=${t},\tv1=${v1}\t`, true],
    ['an unknown scheme besides', `t=${t},v1=${v1},v0=${wrong}`, true],
    ['an unknown scheme first', `v0=${wrong},t=${t},v1=${v1}`, true],
    ['two v1, the second right', `t=${t},v1=${wrong},v1=${v1}`, true],
    ['two v1, the first right', `t=${t},v1=${v1},v1=${wrong}`, true],
    ['two v1, none right', `t=${t},v1=${wrong},v1=${wrong}`, false],
    ['t twice, the last right', `t=1,t=${t},v1=${v1}`, true],
    ['t twice, the last wrong', `t=${t},t=1,v1=${v1}`, false],
    ['a comma at the end', `t=${t},v1=${v1},`, true],
    ['a comma at the start', `,t=${t},v1=${v1}`, true],
    ['an empty item', `t=${t},,v1=${v1}`, true],
    ['an item without =', `t=${t},garbage,v1=${v1}`, true],
    ['upper-case keys', `T=${t},V1=${v1}`, false],
    ['hex digits after the digest', `t=${t},v1=${v1}00`, false],
    ['a digest one digit short', `t=${t},v1=${v1.slice(0, -1)}`, false],
    ['half a digest', `t=${t},v1=${v1.slice(0, 32)}`, false],
    ['an empty digest', `t=${t},v1=`, false],
    ['0x before the digest', `t=${t},v1=0x${v1}`, false],
    ['a digest in base64', `t=${t},v1=${Buffer.from(v1, 'hex').toString('base64')}`, false],
    ['no v1', `t=${t}`, false],
    ['only an unknown scheme', `t=${t},v0=${v1}`, false],
    ['no t', `v1=${v1}`, false],
    ['an empty t', `t=,v1=${v1}`, false],
    ['a t of letters', `t=abc,v1=${digest('abc', body)}`, false],
    ['an empty header', '', false],
    ['words', 'not a signature', false],
    ['a bare digest', v1, false],
    ['semicolons', `t=${t};v1=${v1}`, false],
    ['quotes', `"t=${t},v1=${v1}"`, false],
    ['another secret', `t=${t},v1=${digest(t, body, 'another secret')}`, false],
    ['another body', `t=${t},v1=${digest(t, `${body} `)}`, false],
    ['a t ten minutes ago', header(t - 600, body), false],
    ['a t in ten minutes', header(t + 600, body), false],
    ['a t four minutes ago', header(t - 240, body), true],
    ['a t with leading zeros', header(`000${t}`, body), true],
    ['t in milliseconds', header(`${t}000`, body), false],
    ['t = 0', header(0, body), false],
  ];
}

/** What the package lets pass and we mean to reject: no signer of Terra's writes it. */
function exceptionalHeaders(t, v1) {
  const { body } = bodies[0];
  return [
    ['junk after the digest', `t=${t},v1=${v1}zz`],
    ['= after the digest', `t=${t},v1=${v1}=`],
    ['letters after t', header(`${t}abc`, body)],
    ['a fraction in t', header(`${t}.5`, body)],
    ['a plus before t', header(`+${t}`, body)],
  ];
}

function verdictOf(file, value) {
  const done = run('verify', file, '--signature', value, '--secret-file', secretFile, '--format', 'json');
  const { verdict } = done.stdout ? JSON.parse(done.stdout) : { verdict: done.stderr.trim() };
  return { verdict, exit: done.status };
}

/** What trigger makes up, before the package: each type accepted, what the pack calls wrong refused. */
async function checkTrigger() {
  const message = (...args) => {
    const done = run('trigger', ...args, '--print', 'http', '--secret-file', secretFile);
    if (done.status !== 0) throw new Error(`trigger exits with ${done.status}: ${done.stderr}`);
    const end = done.stdout.indexOf('\r\n\r\n');
    const fields = new Map(done.stdout.slice(0, end).split('\r\n').slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
    return { fields, body: done.stdout.slice(end + 4) };
  };
  const listed = run('trigger', '--list', '--format', 'ndjson').stdout.trim().split('\n').map(JSON.parse);
  for (const { name } of listed.filter(({ type }) => type === 'event_type')) {
    const { fields, body } = message(name, '--samples');
    const objection = await packageObjection(body, fields.get('x-terra-signature'));
    check(`the package accepts a made-up ${name}`, objection === '' && JSON.parse(body) !== null, objection);
  }
  const single = ['type-zero', 'other-bytes', 'double-signature', 'bad-signature', 'tampered-body',
    'malformed-signature', 'expired-signature', 'other-scheme'];
  for (const odd of listed.filter(({ name }) => single.includes(name))) {
    const { fields, body } = message('--pack', odd.name);
    const objection = await packageObjection(body, fields.get('x-terra-signature'));
    check(`the package ${odd.expect_status === '401' ? 'refuses' : 'accepts'} ${odd.name}`,
      (objection === '') === (odd.expect_status === '2xx'), objection);
  }
}

async function checkVerify() {
  const { text, body, file } = bodies[0];
  const t = now();
  const v1 = digest(t, body);
  for (const [name, value, isAccepted] of agreedHeaders(t, v1)) {
    const objection = await packageObjection(text, value);
    const ours = verdictOf(file, value);
    check(`verify and the package ${isAccepted ? 'accept' : 'reject'} ${name}`,
      (objection === '') === isAccepted && (ours.verdict === 'valid') === isAccepted
        && ours.exit === (isAccepted ? 0 : 2),
      JSON.stringify({ value, objection, ours }));
  }
  for (const [name, value] of exceptionalHeaders(t, v1)) {
    const objection = await packageObjection(text, value);
    const ours = verdictOf(file, value);
    check(`verify calls a header with ${name} malformed, which the package accepts`,
      objection === '' && ours.verdict === 'malformed' && ours.exit === 2,
      JSON.stringify({ value, objection, ours }));
  }
  // The Node package decodes hex, the Python one compares text. Either answer of ours is explained.
  const upper = verdictOf(file, `t=${t},v1=${v1.toUpperCase()}`);
  check('verify takes an upper-case digest for valid or malformed', ['valid', 'malformed'].includes(upper.verdict),
    JSON.stringify(upper));
}

/** Bodies that the package can't take as bytes; we judge the bytes. */
async function checkExceptionalBodies() {
  const cases = [
    ['an empty body', Buffer.alloc(0), 'Missing required parameters'],
    ['a body that is no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'No matching signature'],
  ];
  for (const [name, body, words] of cases) {
    const file = join(work, 'exceptional');
    writeFileSync(file, body);
    const { value } = sign(file);
    const objection = await packageObjection(body.toString(), value);
    const ours = verdictOf(file, value);
    check(`verify accepts ${name}, which the package does not`,
      objection.includes(words) && ours.verdict === 'valid' && ours.exit === 0, JSON.stringify({ objection, ours }));
  }
}

writeFileSync(secretFile, SECRET, { mode: 0o600 });
try {
  const listener = await Listener.start();
  try {
    await checkListen(listener);
    await checkCurls(listener);
  } finally {
    const code = await listener.stop();
    check('listen stops with exit code 0', code === 0, String(code));
  }
  await checkSign();
  await checkVerify();
  await checkTrigger();
  await checkExceptionalBodies();
} catch (error) {
  check('the checks ran to their end', false, error.stack);
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) console.log(`see ${work}`);
else rmSync(work, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
