/** What the row schemas let through: listings declare their rows loosely, each is parsed alone. @module */
import type { z } from 'zod';
import type { zAddress, zOrder, zOrderItem } from './client/zod.gen.ts';

export type Order = z.output<typeof zOrder>;
export type OrderItem = z.output<typeof zOrderItem>;
export type Address = z.output<typeof zAddress>;
