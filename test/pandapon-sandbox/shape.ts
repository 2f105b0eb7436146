/**
 * The shape of a wire value: every path with the type of what is there. Text in `subOrderResult` is
 * opened as the JSON it must be; `en` and `zh` must hold JSON, whose keys depend on the goods.
 */
export function shapeOf(value: unknown): Map<string, string> {
  const shape = new Map<string, string>();
  walk(value, '', shape);
  return shape;
}

/** Paths of one shape that the other has not, both ways, and types that differ where neither is null. */
export function differences(actual: unknown, expected: unknown): string[] {
  const [a, b] = [shapeOf(actual), shapeOf(expected)];
  const found: string[] = [];
  for (const [path, type] of b) {
    const other = a.get(path);
    if (other === undefined) found.push(`missing ${path}`);
    else if (other !== type && other !== 'null' && type !== 'null') {
      found.push(`${path} is ${other}, not ${type}`);
    }
  }
  for (const path of a.keys()) if (!b.has(path)) found.push(`extra ${path}`);
  return found;
}

function walk(value: unknown, path: string, shape: Map<string, string>): void {
  if (Array.isArray(value)) {
    shape.set(path, 'array');
    for (const each of value) walk(each, `${path}[]`, shape);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    shape.set(path, 'object');
    for (const [key, each] of Object.entries(value)) walk(each, `${path}.${key}`, shape);
    return;
  }
  if (typeof value === 'string' && path.endsWith('.subOrderResult')) {
    shape.set(path, 'string');
    walk(JSON.parse(value), `${path}>`, shape);
    return;
  }
  if (typeof value === 'string' && /\.option_fields\.(en|zh)$/.test(path)) {
    shape.set(path, `JSON ${typeof JSON.parse(value)}`);
    return;
  }
  const known = shape.get(path);
  const type = value === null ? 'null' : typeof value;
  if (known === undefined || known === 'null') shape.set(path, type);
}
