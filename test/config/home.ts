/** A seller's folder of settings, whole and right unless a test changes its text. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadSettings, type Settings, SettingsError } from '../../src/config.ts';
import type { Problem } from '../../src/yaml.ts';

export const SERVICE = `apps:
  lazada:
    main:
      appKey: "100132"
      appSecret: { env: LAZADA_SECRET }
accounts:
  pandapon:
    main:
      accessKey: { env: PANDAPON_KEY }
      accessSecret: { env: PANDAPON_SECRET }
      userId: "2100007341207"
      address: https://api.pandapon.com
`;

export const STORE = `marketplace: lazada
country: sg
sellerId: "1000114855"
start: 2026-01-01
orderSource: lazada
lines:
  - links: both
receiver:
  kind: warehouse
  name: "LZ {store}"
  mobilePhone: "15068763421"
  state: 浙江省
  city: 杭州市
  district: 余杭区
  address: "8 ({order})"
budget: { cnyPerUnit: "5.35", largestOrder: "300.00" }
purchase:
  mode: auto
  dailyCap: "500"
  pay: { auto: true }
tracking: { leg: agent }
poll: 5m
`;

export const SECRETS = {
  LAZADA_SECRET: 'the-app-secret-of-lazada',
  PANDAPON_KEY: '58c0201dfdf148eca63cbf6bb5e7cf03',
  PANDAPON_SECRET: 'the-access-secret-of-pandapon',
};

export interface Files {
  /** Text of ponbridge.yaml; null: no such file. */
  readonly service?: string | null;
  /** Text of each file in stores/; `tea.yaml` unless told. */
  readonly stores?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export async function writeHome(files: Files): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-config-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, 'stores'));
  if (files.service !== null)
    await writeFile(join(home, 'ponbridge.yaml'), files.service ?? SERVICE);
  for (const [name, text] of Object.entries(files.stores ?? { 'tea.yaml': STORE })) {
    await writeFile(join(home, 'stores', name), text);
  }
  return home;
}

export async function load(files: Files = {}): Promise<Settings> {
  return loadSettings({ PONBRIDGE_HOME: await writeHome(files), ...SECRETS, ...files.env });
}

/** Everything that is said to be wrong. */
export async function problemsOf(files: Files): Promise<readonly Problem[]> {
  return problemsIn({ PONBRIDGE_HOME: await writeHome(files), ...SECRETS, ...files.env });
}

export function problemsIn(env: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

/** The text with one piece replaced; the piece must be there. */
export function change(text: string, piece: string, by: string): string {
  if (!text.includes(piece)) throw new Error(`"${piece}" is not in the text`);
  return text.replace(piece, by);
}
