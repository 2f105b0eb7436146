/** What a schema knows of keys: which there are at a place, and where else one belongs. */
import type { z } from 'zod';

type Shape = z.core.$ZodObject;

/** The shapes of a block that the schema allows at a path. */
export function shapesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): Shape[] {
  return path
    .reduce<z.core.$ZodType[]>(
      (at, key) => at.flatMap(plainShapes).flatMap((each) => childOf(each, key)),
      [schema],
    )
    .flatMap(plainShapes)
    .filter(isObject);
}

export function keysOf(shape: Shape): string[] {
  return Object.keys(shape._zod.def.shape);
}

/** The words that a key of a shape must be one of: `kind: warehouse` of a receiver. */
export function wordsOf(shape: Shape, key: string): string[] {
  const child = Object.hasOwn(shape._zod.def.shape, key) ? shape._zod.def.shape[key] : undefined;
  const { def } = (child as z.core.$ZodTypes | undefined)?._zod ?? {};
  return def?.type === 'literal' ? def.values.map(String) : [];
}

/** Every place below a schema where a key is known, outside of lists. */
export function placesOf(schema: z.core.$ZodType, key: string, above: string[] = []): string[] {
  const found = plainShapes(schema)
    .filter(isObject)
    .flatMap((shape) =>
      Object.entries(shape._zod.def.shape).flatMap(([name, child]) => [
        ...(name === key ? [[...above, name].join('.')] : []),
        ...placesOf(child, key, [...above, name]),
      ]),
    );
  return [...new Set(found)];
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const name = String(key);
      const child = Object.hasOwn(def.shape, name) ? def.shape[name] : undefined;
      return child ? [child] : [];
    }
    case 'record':
      return [def.valueType];
    case 'array':
      return [def.element];
    default:
      return [];
  }
}

/** Without what wraps it: defaults, transformations, the choice between several shapes. */
function plainShapes(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return plainShapes(def.innerType);
    case 'pipe':
      return plainShapes(def.in);
    case 'union':
      return def.options.flatMap(plainShapes);
    default:
      return [schema];
  }
}

function isObject(schema: z.core.$ZodType): schema is Shape {
  return (schema as z.core.$ZodTypes)._zod.def.type === 'object';
}
