#!/usr/bin/env -S node --max-semi-space-size=4
import { withFitNode } from './bootstrap.js';

await withFitNode(() => import('../src/cli.ts'));
