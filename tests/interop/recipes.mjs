// SPDX-License-Identifier: MIT
// Handlers of docs/recipes.md, as they are shown, before `terra-hook conform --strict`.
// Usage: node recipes.mjs PATH-OF-TERRA-HOOK PATH-OF-RECIPES PATH-OF-PYTHON
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SECRET = 'interop signing secret 0123456789';
const DEADLINE_MS = 120_000;

const [program, recipes, python] = process.argv.slice(2).map((path) => resolve(path));
const text = readFileSync(recipes, 'utf8');
const work = mkdtempSync(join(tmpdir(), 'terra-hook-recipes-'));

// `said` finds the port in what the handler writes.
const handlers = [
  { name: 'Express', fence: 'js', file: 'handler.mjs', words: [process.execPath, 'handler.mjs'], said: /^(\d+)\n/ },
  {
    name: 'FastAPI', fence: 'python', file: 'handler.py',
    words: [python, '-m', 'uvicorn', 'handler:app', '--port', '0'], said: /running on http:\/\/127\.0\.0\.1:(\d+)/,
  },
];

// The port that `handler` listens on; 0 when it ends without one.
async function portOf(handler, said) {
  let written = '';
  for (;;) {
    const data = await Promise.race([
      once(handler.stdout, 'data'), once(handler.stderr, 'data'), once(handler, 'close').then(() => null)]);
    if (data === null) {
      console.log(written);
      return 0;
    }
    written += data[0];
    const found = said.exec(written);
    if (found) return Number(found[1]);
  }
}

async function passes({ name, fence, file, words, said }) {
  const shown = new RegExp(`\\n\`\`\`${fence}\\n([\\s\\S]*?)\\n\`\`\`\\n`).exec(text)?.[1];
  if (!shown) throw new Error(`${recipes} shows no ${name} handler`);
  // Beside this file, where express is found.
  writeFileSync(file, `${shown}\n`);
  const handler = spawn(words[0], words.slice(1), {
    env: { PATH: process.env.PATH, PORT: '0', TERRA_SIGNING_SECRET: SECRET, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => handler.kill('SIGKILL'), DEADLINE_MS);
  const port = await portOf(handler, said);
  handler.stdout.resume();
  handler.stderr.resume();

  // What a loaded machine takes longer for is no fault of the handler.
  const conform = spawn(program, ['conform', `${port}/hook`, '--strict', '--timeout', '60s'], {
    env: { PATH: process.env.PATH, HOME: work, TERRA_SIGNING_SECRET: SECRET }, stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(conform, 'close');
  clearTimeout(timer);
  const isRunning = handler.exitCode === null && handler.signalCode === null;
  handler.kill();
  const isGood = code === 0 && isRunning;
  console.log(`${isGood ? 'ok' : 'FAILED'}: ${name}: conform ended with ${code}, the handler ${isRunning ? 'runs' : 'ended'}`);
  return isGood;
}

for (const handler of handlers) {
  if (!await passes(handler)) process.exitCode = 1;
}
rmSync(work, { recursive: true });
