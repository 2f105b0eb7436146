#!/usr/bin/env node
/**
 * Runs a TypeScript file, or a program of a dependency, on a fit Node. For npm scripts:
 *
 *     node bin/run.js src/demo/main.ts --once
 *     node bin/run.js --package vitest run
 *     node bin/run.js --package typescript:tsc -p .     (package:program, where a package has several)
 */
import Module from 'node:module';
import { join, resolve } from 'node:path';
import { findPackage, ROOT, readManifest, refuse, withFitNode } from './bootstrap.js';

await withFitNode(() => {
  const [first, ...rest] = process.argv.slice(2);
  if (first === undefined) return refuse('Usage: node bin/run.js <file.ts> [arguments]');
  if (first !== '--package') return runAsMain(resolve(first), rest);
  const [wanted = '', ...args] = rest;
  const program = findProgram(wanted);
  if (program !== undefined) return runAsMain(program, args);
  return refuse(`${wanted} is not installed.\nRun "npm ci" without --omit=dev in ${ROOT}.`);
});

/** `vitest`, `@biomejs/biome` or `typescript:tsc` -> the path of that program's file. */
function findProgram(wanted) {
  const [name, program] = wanted.split(':');
  const folder = name ? findPackage(ROOT, name) : undefined;
  if (folder === undefined) return undefined;
  const { bin } = readManifest(folder);
  const path =
    typeof bin === 'string' ? bin : (bin?.[program ?? name.split('/').pop()] ?? only(bin));
  return path && join(folder, path);
}

function only(bin) {
  const paths = Object.values(bin ?? {});
  return paths.length === 1 ? paths[0] : undefined;
}

/** As `node <file> <args>` would: the file is the main module (`import.meta.main`, `require.main`). */
function runAsMain(file, args) {
  process.argv = [process.execPath, file, ...args];
  Module.runMain();
}
