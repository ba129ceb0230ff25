// SPDX-License-Identifier: MIT
// The Express handler of docs/recipes.md, as it is shown, before `terra-hook conform --strict`.
// Usage: node recipes.mjs PATH-OF-TERRA-HOOK PATH-OF-RECIPES
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SECRET = 'interop signing secret 0123456789';
const DEADLINE_MS = 120_000;

const [program, recipes] = process.argv.slice(2).map((path) => resolve(path));
const work = mkdtempSync(join(tmpdir(), 'terra-hook-recipes-'));

const shown = /\n```js\n([\s\S]*?)\n```\n/.exec(readFileSync(recipes, 'utf8'))?.[1];
if (!shown) throw new Error(`${recipes} shows no handler`);
// Beside this file, where express is found.
writeFileSync('handler.mjs', `${shown}\n`);
const handler = spawn(process.execPath, ['handler.mjs'], {
  env: { PATH: process.env.PATH, PORT: '0', TERRA_SIGNING_SECRET: SECRET },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const timer = setTimeout(() => handler.kill('SIGKILL'), DEADLINE_MS);
const [first] = await Promise.race([once(handler.stdout, 'data'), once(handler, 'close').then(() => [''])]);
const port = Number(first);
handler.stdout.resume();

// What a loaded machine takes longer for is no fault of the handler.
const conform = spawn(program, ['conform', `${port}/hook`, '--strict', '--timeout', '60s'], {
  env: { PATH: process.env.PATH, HOME: work, TERRA_SIGNING_SECRET: SECRET }, stdio: ['ignore', 'inherit', 'inherit'],
});
const [code] = await once(conform, 'close');
clearTimeout(timer);
const isRunning = handler.exitCode === null && handler.signalCode === null;
handler.kill();
rmSync(work, { recursive: true });
console.log(code === 0 && isRunning ? 'ok' : `FAILED: conform ended with ${code}, the handler ${isRunning ? 'runs' : 'ended'}`);
process.exitCode = code === 0 && isRunning ? 0 : 1;
