/** Arguments and options that several commands share. */
import { InvalidArgumentError } from 'commander';

export interface StoreOption {
  readonly store?: string;
}

export const STORE = ['--store <name>', 'the store, where several have such an order'] as const;
export const JSON_OUT = ['--json', 'as JSON'] as const;
export const ORDER = [
  '<order>',
  'order number, marketplace order id, or the id it has here',
] as const;

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000_000) {
    throw new InvalidArgumentError('It is a whole number from 1.');
  }
  return value;
}

export function days(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 60) {
    throw new InvalidArgumentError('It is a whole number from 1 to 60.');
  }
  return value;
}
