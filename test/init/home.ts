/** An empty home folder, and the real command in it: with a file of answers, or typed into a terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll } from 'vitest';
import { type Answer, PROGRAM, run } from '../cli/home.ts';

export const KEYS = {
  LAZADA_APP_KEY: '100132',
  LAZADA_APP_SECRET: 'the-app-secret-of-lazada',
  SHOPEE_PARTNER_ID: '2001887',
  SHOPEE_PARTNER_KEY: 'the-partner-key-of-shopee',
  PANDAPON_ACCESS_KEY: 'the-access-key-of-pandapon',
  PANDAPON_ACCESS_SECRET: 'the-access-secret-of-pandapon',
  PANDAPON_USER_ID: '2100007341207',
};

export const STORE = `name: tea-sg
marketplace: lazada
country: sg
sellerId: "1000114855"
skus: both
pattern: "TB-{itemId}-{skuId}-{fen}"
receiver:
  kind: warehouse
  name: "LZ {store}"
  mobilePhone: "15000000000"
  state: 浙江省
  city: 杭州市
  district: 余杭区
  address: "8 ({order})"
trackingLeg: agent
cnyPerUnit: "5.35"
largestOrder: "300.00"
`;

/** Tests run side by side: none may take away the folder of another. */
const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

export async function emptyHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ponbridge-new-'));
  made.push(folder);
  return folder;
}

/** `ponbridge init --answers` with this text. */
export async function initWith(
  home: string,
  answers: string,
  env: Record<string, string> = KEYS,
  ...more: string[]
): Promise<Answer> {
  const file = join(home, 'answers.yaml');
  await writeFile(file, answers);
  const answer = await run(['init', '--answers', file, ...more], { ...env, PONBRIDGE_HOME: home });
  await rm(file);
  return answer;
}

/** Every file below the home, with its text. */
export async function filesOf(home: string): Promise<Record<string, string>> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(home.length + 1), await readFile(path, 'utf8')] as const;
    }),
  );
  return Object.fromEntries(texts);
}

/** util-linux's, which gives a command a terminal of its own. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0;

export type Typed = readonly [question: string, keys: string];

export interface Session {
  /** What the terminal showed, without its colours. */
  readonly shown: string;
  readonly code: number | null;
}

/** Runs `ponbridge init` in a terminal; each line of keys is typed when its question shows. */
export function typeInto(home: string, lines: readonly Typed[]): Promise<Session> {
  // Wide, so that no question is broken in two.
  const command = `stty cols 240; exec '${process.execPath}' '${PROGRAM}' init`;
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm', LANG: 'C.UTF-8' },
  });
  let shown = '';
  let read = 0;
  const left = [...lines];
  child.stdout.on('data', (bytes: Buffer) => {
    shown += stripVTControlCharacters(bytes.toString());
    const [next] = left;
    if (!next) return;
    const at = shown.indexOf(next[0], read);
    if (at < 0) return;
    left.shift();
    read = shown.length;
    child.stdin.write(next[1]);
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill();
      reject(new Error(`it never asked "${left[0]?.[0] ?? 'anything more'}":\n${shown}`));
    }, 15_000);
    child.on('exit', (code) => {
      clearTimeout(late);
      resolve({ shown, code });
    });
  });
}
