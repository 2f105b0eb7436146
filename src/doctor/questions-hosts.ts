/** Questions about the way to each outside host, with all their answers. @module */
import { type Question, question } from '../../connectors/question.ts';

export const REACHABLE = question({
  id: 'host/reachable',
  asks: 'Does the host answer, over a connection that can be trusted?',
  settles: 'the address in ponbridge.yaml, and the network of this machine',
  outcomes: {
    answers: { verdict: 'pass', says: 'in {ms} ms' },
    plain: {
      verdict: 'warn',
      says: 'in {ms} ms, without encryption',
      remedy: 'Use the https address: signatures and tokens go over the wire.',
    },
    untrusted: {
      verdict: 'fail',
      says: 'its certificate is not trusted: {why}',
      remedy:
        'Check the address, and whether a proxy opens encrypted connections: give Node its certificate with NODE_EXTRA_CA_CERTS.',
    },
    silent: {
      verdict: 'fail',
      says: 'no answer: {why}',
      remedy: 'Check the address in ponbridge.yaml, the name server, and the firewall.',
    },
  },
});

export const CLOCK = question({
  id: 'host/clock',
  asks: "Do this machine's and the host's clock agree?",
  settles: '`timings.clockSkew`: signatures with a wrong time are refused',
  outcomes: {
    agree: { verdict: 'pass', says: '{seconds} s apart' },
    differ: {
      verdict: 'fail',
      says: '{seconds} s apart; timings.clockSkew allows {allowed} s',
      remedy:
        'Let this machine keep its time by NTP (timedatectl set-ntp true). If it does and the database agrees with it, raise timings.clockSkew and timings.settle.',
    },
    unsaid: {
      verdict: 'unknown',
      says: 'it does not say its time',
      needs: 'an answer with a Date header; a refused signature would show a wrong clock too',
    },
  },
});

export const HOST_QUESTIONS: readonly Question[] = [REACHABLE, CLOCK];
