/** Migrations in the order of their names; each is plain SQL, and none is changed once released. */
import { up as first } from './0001-first.ts';
import { up as alerts } from './0002-alerts.ts';
import { up as reconcile } from './0003-reconcile.ts';
import { up as grantRefused } from './0004-grant-refused.ts';
import { up as retried } from './0005-retried.ts';
import { up as consent } from './0006-consent.ts';
import { up as processes } from './0007-process.ts';
import { up as doctor } from './0008-doctor.ts';
import { up as skus } from './0009-skus.ts';
import { up as cap } from './0010-cap.ts';

export const migrations: Readonly<Record<string, string>> = {
  '0001-first': first,
  '0002-alerts': alerts,
  '0003-reconcile': reconcile,
  '0004-grant-refused': grantRefused,
  '0005-retried': retried,
  '0006-consent': consent,
  '0007-process': processes,
  '0008-doctor': doctor,
  '0009-skus': skus,
  '0010-cap': cap,
};
