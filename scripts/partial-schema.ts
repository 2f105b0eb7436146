/** What is left of a schema when a group of stores may give the rest. */
import type { SchemaNode } from './schema-rows.ts';

/** The same keys and values, none of them required. Lists stay whole: a group's list is not added to. */
export function partial(node: SchemaNode): SchemaNode {
  const { required: _required, oneOf, anyOf, properties, ...rest } = node;
  // A part of a block may fit several of its shapes.
  const shapes = (oneOf ?? anyOf)?.map(partial);
  return {
    ...rest,
    ...(shapes ? { anyOf: shapes } : {}),
    ...(properties ? { properties: eachOf(properties, partial) } : {}),
  };
}

/** Only what the schema requires, outside of lists; undefined when that is nothing. */
export function requirements(node: SchemaNode): SchemaNode | undefined {
  const { required, oneOf, properties } = node;
  const below = Object.entries(properties ?? {}).flatMap(([key, child]) => {
    const its = requirements(child);
    return its ? [[key, its] as const] : [];
  });
  const shapes = oneOf?.map((shape) => ({ ...requirements(shape), ...chosenBy(shape) }));
  if (!required && below.length === 0 && !shapes) return undefined;
  return {
    ...(required ? { required } : {}),
    ...(below.length > 0 ? { properties: Object.fromEntries(below) } : {}),
    ...(shapes ? { oneOf: shapes } : {}),
  };
}

/** Without the keys at these paths. */
export function without(node: SchemaNode, paths: readonly (readonly string[])[]): SchemaNode {
  const kept = Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const below = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    if (below.some((rest) => rest.length === 0)) return [];
    return [[key, below.length > 0 ? without(child, below) : child] as const];
  });
  return { ...node, properties: Object.fromEntries(kept) };
}

/** The words that choose a shape: `kind: warehouse`. */
function chosenBy({ properties }: SchemaNode): SchemaNode {
  const fixed = Object.entries(properties ?? {}).filter(([, child]) => child.const !== undefined);
  return {
    properties: Object.fromEntries(fixed.map(([key, child]) => [key, { const: child.const }])),
  };
}

function eachOf(
  nodes: Record<string, SchemaNode>,
  change: (node: SchemaNode) => SchemaNode,
): Record<string, SchemaNode> {
  return Object.fromEntries(Object.entries(nodes).map(([key, node]) => [key, change(node)]));
}
