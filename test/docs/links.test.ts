/** Links, anchors, scripts and commands that the pages name exist. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { pages, ROOT, read } from './project.ts';

/** Without fenced blocks, whose brackets are no links. */
function prose(page: string): string {
  return read(page).replace(/^```[\s\S]*?^```/gm, '');
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchors(page: string): Set<string> {
  const headings = [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((text) =>
      text
        .replaceAll('`', '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks(page: string): string[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path ? normalize(join(dirname(page), path)) : page;
    if (!existsSync(join(ROOT, file))) return true;
    if (anchor === undefined) return false;
    return statSync(join(ROOT, file)).isDirectory() || !anchors(file).has(anchor);
  });
}

test.each(pages())('%s links to what exists', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('the check sees a missing file and a missing anchor', () => {
  expect(anchors('README.md').has('where-the-data-are')).toBe(true);
  expect(anchors('README.md').has('where-the-gold-is')).toBe(false);
  expect(existsSync(join(ROOT, 'docs/nowhere.md'))).toBe(false);
});

test('every npm script that a page names exists, and the README names them all', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  const named = pages().flatMap((page) =>
    [...read(page).matchAll(/\bnpm (?:run ([a-z:-]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run ?? short ?? '',
    ),
  );
  expect([...new Set(named)].filter((name) => !scripts.includes(name))).toEqual([]);
  const readme = read('README.md');
  const missing = scripts.filter((name) => !readme.includes(`| \`npm ${short(name)}\` |`));
  expect(missing).toEqual([]);
});

function short(script: string): string {
  return script === 'start' || script === 'test' ? script : `run ${script}`;
}

test('every command of ponbridge that a page or a remedy names exists', () => {
  const help = spawnSync(process.execPath, [join(ROOT, 'bin/ponbridge.js'), '--help'], {
    encoding: 'utf8',
  });
  const commands = [...help.stdout.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
  expect(commands, help.stderr).toContain('start');
  const named = pages().flatMap((page) =>
    [...read(page).matchAll(/(?:`|npx |: |with )ponbridge ([a-z]+)\b/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !commands.includes(name))).toEqual([]);
});
