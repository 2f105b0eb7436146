/** The machine's and the hosts' questions, each answer on the real thing where there is one. */
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { inject } from 'vitest';
import { startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import { connectDatabase, type Database } from '../../src/database/connect.ts';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { noteAnswer, registerProcess } from '../../src/database/processes.ts';
import { ask, type Finding } from '../../src/doctor/finding.ts';
import { hostExam } from '../../src/doctor/hosts.ts';
import { addressExam, certificateExam } from '../../src/doctor/machine/address.ts';
import { contentExam, type DatabaseGiven, serverExam } from '../../src/doctor/machine/database.ts';
import { type LocalGiven, localExam } from '../../src/doctor/machine/local.ts';
import { reachRouter } from '../../src/http/reach.ts';
import { createSecretBox } from '../../src/secrets.ts';
import type { Service } from '../../src/service.ts';
import { load, writeHome } from '../config/home.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type Case, SUBJECT } from './case.ts';

const clock = { now: () => new Date() };
const DAY_MS = 86_400_000;
const MB = 1024 ** 2;

function made(
  question: string,
  outcome: string,
  run: () => Promise<readonly Finding[]>,
  says?: string,
): Case {
  return { question, outcome, ask: run, ...(says === undefined ? {} : { says }) };
}

// --- What this machine says alone.

interface LocalWish {
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly free?: number;
  readonly files?: (home: string) => Promise<void>;
}

async function examineLocal(wish: LocalWish): Promise<Finding[]> {
  const home = await writeHome({});
  const env = { PONBRIDGE_DATA: join(home, 'data'), ...wish.env };
  await mkdir(join(home, 'data'));
  await wish.files?.(home);
  const given: LocalGiven = {
    settings: await load({ env }),
    home,
    nodeVersion: wish.node ?? '24.21.0',
    ...(wish.free === undefined ? {} : { freeBytes: async () => wish.free ?? 0 }),
  };
  return ask(localExam, given, SUBJECT, 5_000);
}

const local = (question: string, outcome: string, wish: LocalWish, says?: string) =>
  made(`machine/${question}`, outcome, () => examineLocal(wish), says);

const PUBLIC = { PONBRIDGE_PUBLIC_URL: 'https://bridge.example.com' };
const TOKEN = { PONBRIDGE_CALLBACK_TOKEN: 'a-token-that-nobody-can-guess' };
const OFF = { PONBRIDGE_POLLING: 'off' };
const KEYS = { PONBRIDGE_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` };
const SERVER = { DATABASE_URL: 'postgresql://db.example.com/x' };

const keyFile = (mode: number) => async (home: string) => {
  const file = join(home, 'data', 'encryption.key');
  await writeFile(file, 'k1:x');
  await chmod(file, mode);
};
const envFile = (mode: number) => async (home: string) => {
  await writeFile(join(home, '.env'), 'A=b');
  await chmod(join(home, '.env'), mode);
};

const LOCAL_CASES: readonly Case[] = [
  local('node', 'right', {}),
  local('node', 'newer', { node: '26.1.0' }),
  local('node', 'old', { node: '24.14.9' }, 'Install Node 24.15'),
  local('settings', 'both', { env: { ...PUBLIC, ...TOKEN } }),
  local('settings', 'poll-only', { env: PUBLIC }, 'set PONBRIDGE_CALLBACK_TOKEN, and enter'),
  local('settings', 'push-only', { env: { ...PUBLIC, ...TOKEN, ...OFF } }),
  local('settings', 'deaf', { env: { ...TOKEN, ...OFF } }, 'or PONBRIDGE_PUBLIC_URL'),
  local('env-file', 'closed', { files: envFile(0o600) }),
  local('env-file', 'open', { files: envFile(0o644) }, 'mode 644'),
  local('env-file', 'none', {}),
  local('key-file', 'closed', { files: keyFile(0o600) }),
  local('key-file', 'open', { files: keyFile(0o640) }, 'mode 640'),
  local('key-file', 'environment', { env: KEYS }),
  local('key-file', 'missing', { env: SERVER }, 'set PONBRIDGE_KEYS'),
  local('disk', 'room', { free: 3_000 * MB }, '2.9 GB free'),
  local('disk', 'tight', { free: 1_000 * MB }),
  local('disk', 'full', { free: 100 * MB }, '0.1 GB free'),
];

// --- The database.

type InDatabase = (db: Database) => Promise<Partial<DatabaseGiven>>;

async function examineDatabase(before: InDatabase): Promise<Finding[]> {
  const serverUrl = inject('databaseUrl');
  const url = await freshDatabase(serverUrl);
  const db = connectDatabase(url, { size: 3 });
  try {
    const given = { db, secrets: box(1), clock, skewMs: 30_000, ...(await before(db)) };
    const found = await Promise.all(
      [serverExam, contentExam].map((exam) => ask(exam, given, SUBJECT, 10_000)),
    );
    return found.flat();
  } finally {
    await db.destroy();
    await dropDatabase(serverUrl, url);
  }
}

const asItIs: InDatabase = async () => ({});
let untouched: Promise<Finding[]> | undefined;

/** What is asked of a database as it is, is asked once. */
function examineOnce(before: InDatabase): Promise<Finding[]> {
  if (before !== asItIs) return examineDatabase(before);
  untouched ??= examineDatabase(asItIs);
  return untouched;
}

const database = (question: string, outcome: string, before: InDatabase, says?: string) =>
  made(`machine/${question}`, outcome, () => examineOnce(before), says);

function box(byte: number) {
  return createSecretBox(`k${byte}:${Buffer.alloc(32, byte).toString('base64')}`);
}

async function grant(db: Database, byte: number) {
  await db
    .insertInto('grant')
    .values({
      marketplace: 'lazada',
      app: 'main',
      subject: 'x',
      tokens: await box(byte).seal({ accessToken: 'a', refreshToken: 'b' }),
      access_expires_at: new Date(),
      refresh_expires_at: null,
      ends_at: null,
      consented_at: null,
      renewed_at: new Date(),
      refused_at: null,
    })
    .execute();
}

const PROCESS = '00000000-0000-4000-8000-000000000001';

async function service(db: Database, role = 'all') {
  await registerProcess(db, {
    id: PROCESS,
    role,
    host: 'here',
    pid: 7,
    startedAt: new Date(),
    digest: 'x',
    loadedAt: new Date(),
  });
}

/** As a server of one's own is: fsync on. */
async function examineDurable(): Promise<Finding[]> {
  const folder = await writeHome({});
  const server = await startEmbeddedPostgres({ folder });
  const db = connectDatabase(server.url, { size: 2 });
  try {
    const given = { db, secrets: undefined, clock, skewMs: 30_000 };
    return await ask(serverExam, given, SUBJECT, 10_000);
  } finally {
    await db.destroy();
    await server.release();
    await removeEmbeddedPostgres({ folder });
  }
}

const DATABASE_CASES: readonly Case[] = [
  database('database', 'answers', asItIs),
  database('database', 'old', async () => ({ limits: { oldest: 99 } })),
  made('machine/database', 'silent', async () => {
    const db = connectDatabase('postgresql://x@127.0.0.1:1/x', { size: 1 });
    const given = { db, secrets: undefined, clock, skewMs: 30_000 };
    const found = await ask(serverExam, given, SUBJECT, 10_000);
    await db.destroy();
    return found;
  }),
  database('database-latency', 'near', async () => ({ limits: { nearMs: 5_000 } })),
  database('database-latency', 'far', async () => ({ limits: { nearMs: 0 } })),
  database('clock', 'agree', asItIs),
  database(
    'clock',
    'differ',
    async () => ({ clock: { now: () => new Date(Date.now() + 600_000) } }),
    'timings.clockSkew allows 30 s',
  ),
  // The tests' own server runs without.
  database('durability', 'lossy', asItIs, 'off: fsync'),
  made('machine/durability', 'durable', examineDurable),
  database('connections', 'enough', async () => ({ limits: { connections: 1 } })),
  database('connections', 'few', async () => ({ limits: { connections: 100_000 } })),
  database('tables', 'current', asItIs),
  database(
    'tables',
    'older',
    async (db) => {
      await db
        .deleteFrom('kysely_migration' as never)
        .where('name' as never, '=', '0008-doctor' as never)
        .execute();
      return {};
    },
    '0008-doctor not applied',
  ),
  database(
    'tables',
    'newer',
    async (db) => {
      const row = { name: '9999-later', timestamp: '2030-01-01' };
      await db
        .insertInto('kysely_migration' as never)
        .values(row as never)
        .execute();
      return {};
    },
    '9999-later',
  ),
  database('key', 'opens', async (db) => {
    await grant(db, 1);
    return {};
  }),
  database(
    'key',
    'closed',
    async (db) => {
      await grant(db, 2);
      return {};
    },
    'sealed with encryption key "k2"',
  ),
  database('key', 'nothing', asItIs),
  database('service', 'none', asItIs),
  database(
    'service',
    'runs',
    async (db) => {
      await service(db);
      return {};
    },
    'all on here, process 7',
  ),
  database(
    'service',
    'old-settings',
    async (db) => {
      await service(db);
      await noteAnswer(db, PROCESS, {
        request: undefined,
        answer: { error: 'stores/tea.yaml:3:1 wrong' } as never,
        digest: 'x',
        loadedAt: new Date(),
      });
      return {};
    },
    'stores/tea.yaml:3:1 wrong',
  ),
];

// --- The public address and the outside hosts.

const CERTIFICATES = new URL('../fixtures/certificates/', import.meta.url);
const pem = (name: string) => readFileSync(new URL(name, CERTIFICATES), 'utf8');

async function serving<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A server that closes at once: its port is free, and nobody listens. */
async function deadPort(): Promise<number> {
  return serving(createServer(), async (port) => port);
}

async function examineAddress(
  listens: 'own' | 'other' | 'nobody',
  processes: (db: Database) => Promise<void>,
): Promise<Finding[]> {
  const serverUrl = inject('databaseUrl');
  const url = await freshDatabase(serverUrl);
  const db = connectDatabase(url, { size: 3 });
  const app = express();
  if (listens === 'own') {
    app.use(reachRouter({ db, clock, log: pino({ level: 'silent' }) } as unknown as Service));
  }
  try {
    await processes(db);
    return await serving(createServer(app), async (port) => {
      const at = listens === 'nobody' ? await deadPort() : port;
      const publicUrl = `http://127.0.0.1:${at}/`;
      return ask(addressExam, { db, clock, timeoutMs: 2_000, publicUrl }, SUBJECT, 5_000);
    });
  } finally {
    await db.destroy();
    await dropDatabase(serverUrl, url);
  }
}

interface TlsWish {
  readonly certificate?: 'organisation' | 'domain';
  readonly wantsOrganisation?: boolean;
  readonly trusted?: boolean;
  readonly daysBeforeEnd?: number;
}

async function examineCertificate(wish: TlsWish): Promise<Finding[]> {
  const name = wish.certificate ?? 'organisation';
  const server = createTlsServer({ key: pem(`${name}.key`), cert: pem(`${name}.pem`) });
  return serving(server as unknown as Server, async (port) => {
    const { X509Certificate } = await import('node:crypto');
    const end = Date.parse(new X509Certificate(pem(`${name}.pem`)).validTo);
    const now =
      wish.daysBeforeEnd === undefined ? new Date() : new Date(end - wish.daysBeforeEnd * DAY_MS);
    const given = {
      publicUrl: `https://localhost:${port}`,
      now,
      timeoutMs: 2_000,
      wantsOrganisation: wish.wantsOrganisation ?? false,
      ...(wish.trusted === false ? {} : { ca: pem('ca.pem') }),
    };
    return ask(certificateExam, given, SUBJECT, 5_000);
  });
}

const certificate = (outcome: string, wish: TlsWish, says?: string) =>
  made('machine/certificate', outcome, () => examineCertificate(wish), says);

const bareCertificate = (outcome: string, publicUrl: string | undefined) =>
  made('machine/certificate', outcome, () => {
    const given = { publicUrl, now: new Date(), timeoutMs: 2_000, wantsOrganisation: true };
    return ask(certificateExam, given, SUBJECT, 5_000);
  });

async function examineHost(url: string): Promise<Finding[]> {
  return ask(hostExam, { url, clock, timeoutMs: 2_000, skewMs: 30_000 }, SUBJECT, 5_000);
}

async function examineSandbox(dateMs: number | null, host = '127.0.0.1'): Promise<Finding[]> {
  const sandbox = await startLazadaSandbox();
  try {
    sandbox.shell.setDate(dateMs);
    return await examineHost(sandbox.apiBase('sg').replace('127.0.0.1', host));
  } finally {
    await sandbox.stop();
  }
}

const ADDRESS_CASES: readonly Case[] = [
  made('machine/address', 'leads', () => examineAddress('own', service)),
  made('machine/address', 'elsewhere', () => examineAddress('other', service), 'HTTP 404'),
  made('machine/address', 'unreached', () => examineAddress('nobody', service), 'ECONNREFUSED'),
  made('machine/address', 'no-service', () => examineAddress('own', (db) => service(db, 'worker'))),
  made('machine/address', 'unset', () => {
    const given = { db: undefined as never, clock, timeoutMs: 1, publicUrl: undefined };
    return ask(addressExam, given, SUBJECT, 5_000);
  }),
  certificate('trusted', { wantsOrganisation: true }, 'valid for localhost'),
  certificate('trusted', { certificate: 'domain' }),
  certificate('ending', { daysBeforeEnd: 5.5 }, '5 days left'),
  certificate('domain-only', { certificate: 'domain', wantsOrganisation: true }, 'Press Verify'),
  certificate('untrusted', { trusted: false }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  bareCertificate('plain', 'http://bridge.example.com'),
  bareCertificate('unset', undefined),
  made('host/reachable', 'answers', () => examineSandbox(0)),
  // Leads to this machine too, but not by a name that says so.
  made('host/reachable', 'plain', () => examineSandbox(0, '0.0.0.0')),
  made('host/reachable', 'untrusted', () => {
    const server = createTlsServer({ key: pem('domain.key'), cert: pem('domain.pem') });
    return serving(server as unknown as Server, (port) =>
      examineHost(`https://localhost:${port}/`),
    );
  }),
  made(
    'host/reachable',
    'silent',
    async () => examineHost(`http://127.0.0.1:${await deadPort()}/`),
    'ECONNREFUSED',
  ),
  made('host/clock', 'agree', () => examineSandbox(0)),
  made('host/clock', 'differ', () => examineSandbox(3_600_000), 'clockSkew allows 30 s'),
  made('host/clock', 'unsaid', () => examineSandbox(null)),
];

export const MACHINE_CASES: readonly Case[] = [...LOCAL_CASES, ...DATABASE_CASES, ...ADDRESS_CASES];
