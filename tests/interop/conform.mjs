// SPDX-License-Identifier: MIT
// `terra-hook conform` before two handlers that verify with Terra's own npm package: the right one
// passes all checks, the wrong one fails exactly those that its mistakes are about.
// Usage: node conform.mjs PATH-OF-TERRA-HOOK
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { handlers, mistakes, serve } from './handlers.mjs';

const SECRET = 'interop signing secret 0123456789';
const DEADLINE_MS = 120_000;

const program = resolve(process.argv[2] ?? process.env.TERRA_HOOK_PROGRAM ?? 'terra-hook');
const work = mkdtempSync(join(tmpdir(), 'terra-hook-conform-'));
const environment = {
  PATH: process.env.PATH, HOME: work, XDG_CONFIG_HOME: work, XDG_DATA_HOME: work, XDG_STATE_HOME: work,
  TERRA_SIGNING_SECRET: SECRET,
};

let passed = 0;
let failed = 0;

function check(text, isRight, detail = '') {
  if (isRight) passed += 1;
  else failed += 1;
  console.log(`${isRight ? 'ok    ' : 'FAILED'}  ${text}${isRight || !detail ? '' : `: ${detail}`}`);
}

async function conform(url, ...args) {
  const child = spawn(program, ['conform', url, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => { out += piece; });
  child.stderr.on('data', (piece) => { err += piece; });
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code, out, err };
}

/** The ids with that grade, sorted. */
const graded = (document, grade) => document.checks.filter((one) => one.grade === grade)
  .map(({ id }) => id).sort();

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

async function checkRight() {
  const { server, url } = await serve(handlers.right(SECRET));
  // What a loaded machine takes longer for is no fault of the handler.
  const done = await conform(url, '--format', 'json', '--strict', '--timeout', '60s');
  const document = done.out ? JSON.parse(done.out) : { checks: [] };
  const amiss = document.checks.filter(({ grade }) => grade !== 'passed');
  check('the right handler passes all, strictly', done.code === 0 && amiss.length === 0,
    done.err + JSON.stringify(amiss.map(({ id, finding }) => [id, finding])));
  check('and all checks were made', document.checks.length > 25 && document.not_made.length === 0,
    String(document.checks.length));
  const tap = await conform(url, '--tap', '--only', 'valid,bad-signature', '--timeout', '60s');
  check('TAP says so too', tap.code === 0 && tap.out === 'TAP version 13\n1..2\nok 1 - valid\nok 2 - bad-signature\n',
    tap.out);
  server.close();
  server.closeAllConnections?.();
}

async function checkWrong() {
  const { server, url } = await serve(handlers.wrong(SECRET));
  const junit = join(work, 'conform.xml');
  const done = await conform(url, '--format', 'json', '--junit', junit, '--timeout', '60s');
  const document = done.out ? JSON.parse(done.out) : { checks: [] };
  check('the wrong handler is told so by exit code 8', done.code === 8, `${done.code} ${done.err}`);
  for (const grade of ['failed', 'weak']) {
    const ids = graded(document, grade);
    check(`${grade} are exactly the checks that its mistakes are about`, same(ids, mistakes[grade]),
      JSON.stringify({ ids, expected: mistakes[grade] }));
  }
  const found = document.checks.filter(({ grade }) => grade === 'failed');
  check('each says what was sent and expected, where that is said, what came and how to mend it',
    found.every((one) => one.sent && one.expected && one.source && one.finding && one.mend && one.answers.length > 0));
  const xml = readFileSync(junit, 'utf8');
  check('JUnit has as many failures', xml.includes(`failures="${mistakes.failed.length}"`), xml.slice(0, 300));
  server.close();
  server.closeAllConnections?.();
}

async function checkNobody() {
  const { server, url } = await serve(handlers.right(SECRET));
  server.close();
  await once(server, 'close');
  const done = await conform(url);
  check('nobody at the target is one line and exit code 1',
    done.code === 1 && done.out === '' && /cannot connect to 127\.0\.0\.1:\d+/.test(done.err), done.err);
}

try {
  await checkRight();
  await checkWrong();
  await checkNobody();
} catch (error) {
  check('the checks ran to their end', false, error.stack);
}
console.log(`${passed} passed, ${failed} failed`);
rmSync(work, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
