/** Questions about this machine, its database and the way to it, with all their answers. @module */
import { type Question, question } from '../../connectors/question.ts';

export const NODE = question({
  id: 'machine/node',
  asks: 'Is it the Node.js that Ponbridge is made for?',
  settles: 'the version of Node.js',
  outcomes: {
    right: { verdict: 'pass', says: 'Node {version}' },
    newer: {
      verdict: 'warn',
      says: 'Node {version}; Ponbridge is tested with Node 24',
      remedy: 'Use Node 24, or watch the log after updates.',
    },
    old: {
      verdict: 'fail',
      says: 'Node {version}',
      remedy: 'Install Node 24.15 or later, or run npm ci, which brings it along.',
    },
  },
});

export const SETTINGS = question({
  id: 'machine/settings',
  asks: 'Can news reach this service at all?',
  settles: '`PONBRIDGE_POLLING`, `PONBRIDGE_PUBLIC_URL` and `PONBRIDGE_CALLBACK_TOKEN`',
  outcomes: {
    both: { verdict: 'pass', says: 'it polls, and has an address for pushes and callbacks' },
    'poll-only': {
      verdict: 'warn',
      says: 'it polls only, without {missing}',
      remedy:
        'A supported mode, only later. For news at once set {missing}, and enter the addresses that ponbridge start shows in the consoles.',
    },
    'push-only': {
      verdict: 'warn',
      says: 'polling is off: a push that is lost is not made up for',
      remedy: 'Set PONBRIDGE_POLLING=on unless another process polls.',
    },
    deaf: {
      verdict: 'fail',
      says: 'polling is off, and that without {missing}: no news can come',
      remedy: 'Set PONBRIDGE_POLLING=on, or {missing}.',
    },
  },
});

export const ENV_FILE = question({
  id: 'machine/env-file',
  asks: 'Who can read .env?',
  settles: "the file's permissions: it holds secrets",
  outcomes: {
    closed: { verdict: 'pass', says: 'its owner only' },
    open: {
      verdict: 'warn',
      says: 'other users of this machine too (mode {mode})',
      remedy: 'chmod 600 .env',
    },
    none: { verdict: 'pass', says: 'there is none; variables come from the environment' },
  },
});

export const KEY_FILE = question({
  id: 'machine/key-file',
  asks: 'Where is the encryption key, and who can read it?',
  settles: '`PONBRIDGE_KEYS` or the key file in the data folder',
  outcomes: {
    closed: {
      verdict: 'pass',
      says: 'in encryption.key of the data folder, for its owner only. Keep a copy apart from the backups',
    },
    open: {
      verdict: 'fail',
      says: 'in encryption.key of the data folder, which other users of this machine can read (mode {mode})',
      remedy:
        'chmod 600 encryption.key in the data folder, and keep a copy apart from the backups.',
    },
    environment: {
      verdict: 'pass',
      says: 'in PONBRIDGE_KEYS. Keep a copy apart from the backups',
    },
    missing: {
      verdict: 'fail',
      says: 'DATABASE_URL is set and PONBRIDGE_KEYS is not',
      remedy:
        'Make a key with: echo "k1:$(openssl rand -base64 32)", set PONBRIDGE_KEYS, keep it safe.',
    },
  },
});

export const KEY = question({
  id: 'machine/key',
  asks: 'Does the encryption key open what is stored?',
  settles: '`PONBRIDGE_KEYS`',
  outcomes: {
    opens: { verdict: 'pass', says: 'the tokens of {opened} consents open' },
    closed: {
      verdict: 'fail',
      says: '{closed} of {all} consents do not open: {why}',
      remedy:
        'Put the key they were sealed with into PONBRIDGE_KEYS, behind the newer one. If it is lost, connect these stores again.',
    },
    nothing: {
      verdict: 'unknown',
      says: 'nothing is sealed yet',
      needs: 'a first store that is connected',
    },
  },
});

export const DISK = question({
  id: 'machine/disk',
  asks: 'Is there room on the disk?',
  settles: 'free space where the data lie',
  outcomes: {
    room: { verdict: 'pass', says: '{free} GB free' },
    tight: {
      verdict: 'warn',
      says: '{free} GB free',
      remedy: 'Make room soon: the database stops when its disk is full.',
    },
    full: {
      verdict: 'fail',
      says: '{free} GB free',
      remedy: 'Make room now: the database stops when its disk is full.',
    },
  },
});

export const DATABASE = question({
  id: 'machine/database',
  asks: 'Does the database answer, and is it new enough?',
  settles: '`DATABASE_URL`',
  outcomes: {
    answers: { verdict: 'pass', says: 'PostgreSQL {version}' },
    old: {
      verdict: 'warn',
      says: 'PostgreSQL {version}',
      remedy:
        'Ponbridge is tested with PostgreSQL 18 and written for 16 and later: plan an upgrade.',
    },
    silent: {
      verdict: 'fail',
      says: 'it does not answer: {why}',
      remedy: 'Check DATABASE_URL, that the server runs, and its log.',
    },
  },
});

export const TABLES = question({
  id: 'machine/tables',
  asks: 'Are the tables those of this version?',
  settles: 'the migrations applied',
  outcomes: {
    current: { verdict: 'pass', says: 'all {applied} migrations are applied' },
    newer: {
      verdict: 'fail',
      says: 'they are of a newer version: {names}',
      remedy: 'Run the version of Ponbridge that last used this database, or a later one.',
    },
    older: {
      verdict: 'warn',
      says: 'they are of an older version: {names} not applied',
      remedy: 'ponbridge start applies them. Stop the older service first.',
    },
  },
});

export const LATENCY = question({
  id: 'machine/database-latency',
  asks: 'How far away is the database?',
  settles: 'how fast orders go: one takes some dozen round trips',
  outcomes: {
    near: { verdict: 'pass', says: '{ms} ms' },
    far: {
      verdict: 'warn',
      says: '{ms} ms',
      remedy: 'Run Ponbridge nearer to the database: within 20 ms.',
    },
  },
});

export const DURABILITY = question({
  id: 'machine/durability',
  asks: 'Does a commit survive a power cut?',
  settles: 'fsync, full_page_writes and synchronous_commit of the server',
  outcomes: {
    durable: { verdict: 'pass', says: 'fsync and synchronous_commit are on' },
    lossy: {
      verdict: 'fail',
      says: 'off: {off}',
      remedy:
        'Switch it on in the server: after a power cut an intent could be missing, and something bought twice.',
    },
  },
});

export const CONNECTIONS = question({
  id: 'machine/connections',
  asks: 'Are there connections left at the database?',
  settles: 'max_connections of the server',
  outcomes: {
    enough: { verdict: 'pass', says: '{left} of {most} left' },
    few: {
      verdict: 'warn',
      says: '{left} of {most} left',
      remedy: 'Raise max_connections: a service process uses up to 40.',
    },
  },
});

export const DATABASE_CLOCK = question({
  id: 'machine/clock',
  asks: "Do this machine's and the database's clock agree?",
  settles: '`timings.clockSkew`: signatures and settle times lean on the clock',
  outcomes: {
    agree: { verdict: 'pass', says: '{seconds} s apart' },
    differ: {
      verdict: 'fail',
      says: '{seconds} s apart; timings.clockSkew allows {allowed} s',
      remedy: 'Let both machines keep their time by NTP (timedatectl set-ntp true).',
    },
  },
});

export const SERVICE = question({
  id: 'machine/service',
  asks: 'Does a service run?',
  settles: 'whether anything is pulled, bought and followed',
  outcomes: {
    runs: { verdict: 'pass', says: '{processes}' },
    'old-settings': {
      verdict: 'warn',
      says: '{processes}; the last reload was refused: {why}',
      remedy: 'Put right what ponbridge check says, then: ponbridge reload.',
    },
    none: {
      verdict: 'warn',
      says: 'no process of it was heard of in the last seconds',
      remedy: 'ponbridge start',
    },
  },
});

export const ADDRESS = question({
  id: 'machine/address',
  asks: 'Does the public address lead to this service?',
  settles: '`PONBRIDGE_PUBLIC_URL`; asked with a nonce that only this installation knows',
  outcomes: {
    leads: { verdict: 'pass', says: 'this installation answers at {address}' },
    elsewhere: {
      verdict: 'fail',
      says: 'something else answers at {address}: HTTP {status}',
      remedy:
        'Point the name, the proxy or the tunnel at this service, path included; or correct PONBRIDGE_PUBLIC_URL.',
    },
    unreached: {
      verdict: 'warn',
      says: '{address} cannot be reached from here: {why}',
      remedy:
        'Behind a home router a machine often cannot reach its own public address: try it from a phone without Wi-Fi, {address}/health must answer "ok". If it does not there either, look at name, firewall and proxy.',
    },
    'no-service': {
      verdict: 'unknown',
      says: 'no service runs that could answer',
      needs: 'ponbridge start',
    },
    unset: {
      verdict: 'unknown',
      says: 'PONBRIDGE_PUBLIC_URL is not set',
      needs: 'an address that the marketplaces and the agent can reach, unless polling is enough',
    },
  },
});

export const CERTIFICATE = question({
  id: 'machine/certificate',
  asks: 'Do others trust the certificate of the public address?',
  settles:
    'whether pushes can be delivered; Lazada is said to refuse certificates that prove the domain only',
  outcomes: {
    trusted: { verdict: 'pass', says: 'valid for {host}, {days} days left' },
    ending: {
      verdict: 'warn',
      says: 'valid for {host}, {days} days left',
      remedy: 'Renew it; see why that does not happen by itself.',
    },
    'domain-only': {
      verdict: 'warn',
      says: 'valid for {host}, {days} days left, but it names no organisation',
      remedy:
        "Lazada's documents want a certificate that names the organisation (OV or EV). Press Verify in its console: if that is refused, buy such a one, or go on by polling.",
    },
    untrusted: {
      verdict: 'fail',
      says: 'not trusted: {why}',
      remedy:
        'Install a certificate for {host} that a public authority signed, with its intermediate certificates (fullchain.pem).',
    },
    plain: {
      verdict: 'fail',
      says: 'the address is http: the consoles want https',
      remedy:
        'Put a proxy with a certificate in front, and set PONBRIDGE_PUBLIC_URL to its https address.',
    },
    unset: {
      verdict: 'unknown',
      says: 'there is no public address',
      needs: 'PONBRIDGE_PUBLIC_URL, unless polling is enough',
    },
  },
});

export const MACHINE_QUESTIONS: readonly Question[] = [
  NODE,
  SETTINGS,
  ENV_FILE,
  KEY_FILE,
  KEY,
  DISK,
  DATABASE,
  TABLES,
  LATENCY,
  DURABILITY,
  CONNECTIONS,
  DATABASE_CLOCK,
  SERVICE,
  ADDRESS,
  CERTIFICATE,
];
