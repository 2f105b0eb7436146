#!/usr/bin/env node
import { withFitNode } from './bootstrap.js';

await withFitNode(() => import('../src/cli.ts'));
