/** The warehouse's fields one by one, for the questions. */
import { z } from 'zod';
import { receiverSettings } from '../../mappings/store.ts';
import { explainIssues } from '../issues.ts';

type Field = 'name' | 'mobilePhone' | 'state' | 'city' | 'district' | 'address' | 'zip';

const EXAMPLE = {
  kind: 'warehouse',
  name: 'x',
  mobilePhone: '1',
  state: 'x',
  city: 'x',
  district: 'x',
  address: 'x',
  zip: '1',
} as const;

/** Each judged inside an otherwise whole receiver, so that the schema's own words come back. */
export const receiverSchema: Readonly<Record<Field, z.ZodType<string, string>>> = {
  name: judged('name'),
  mobilePhone: judged('mobilePhone'),
  state: judged('state'),
  city: judged('city'),
  district: judged('district'),
  address: judged('address'),
  zip: judged('zip'),
};

function judged(field: Field) {
  return z.string().superRefine((text, context) => {
    const parsed = receiverSettings.safeParse({ ...EXAMPLE, [field]: text });
    for (const issue of parsed.success ? [] : explainIssues(parsed.error, receiverSettings)) {
      context.addIssue({ code: 'custom', message: issue.message });
    }
  });
}
