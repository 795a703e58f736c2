/** Where the ways on from a node surely meet again. Exceptions are left out: they leave every region. */

import type { Graph, Node, NodeId } from './cfg.js';

/** Where a node leads to when nothing is thrown. */
export function exitsOf({ op, next }: Node): NodeId[] {
  switch (op.op) {
    case 'end':
      return [];
    case 'test':
    case 'deferred':
      return [next, op.no];
    case 'dispatch':
      return [...op.handlers.map((handler) => handler.entry), op.otherwise];
    default:
      return [next];
  }
}

/**
 * The immediate post-dominator of each node, -1 where there is none: a node that never reaches an end, or whose ways end apart.
 * The iterative algorithm of Cooper, Harvey and Kennedy on the reversed graph.
 */
export function postDominators(graph: Graph): readonly NodeId[] {
  const { nodes } = graph;
  const root = nodes.length;
  const before: NodeId[][] = Array.from({ length: root + 1 }, () => []);
  for (const node of nodes) {
    if (node.op.op === 'end') before[root]?.push(node.id);
    for (const to of exitsOf(node)) if (to >= 0) before[to]?.push(node.id);
  }
  const order = postOrder(root, before);
  const rank = new Map(order.map((id, index) => [id, index]));
  const found = new Array<NodeId>(root + 1).fill(-1);
  found[root] = root;
  const meet = (one: NodeId, other: NodeId): NodeId => {
    let [a, b] = [one, other];
    while (a !== b) {
      while ((rank.get(a) ?? 0) < (rank.get(b) ?? 0)) a = found[a] as NodeId;
      while ((rank.get(b) ?? 0) < (rank.get(a) ?? 0)) b = found[b] as NodeId;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let index = order.length - 2; index >= 0; index -= 1) {
      const id = order[index] as NodeId;
      const node = nodes[id] as Node;
      const ways = (node.op.op === 'end' ? [root] : exitsOf(node)).filter((to) => found[to] !== undefined && found[to] !== -1);
      const [first, ...rest] = ways;
      if (first === undefined) continue;
      const next = rest.reduce(meet, first);
      if (found[id] === next) continue;
      found[id] = next;
      changed = true;
    }
  }
  return found.slice(0, root).map((id) => (id === root ? -1 : id));
}

function postOrder(root: NodeId, before: readonly NodeId[][]): NodeId[] {
  const order: NodeId[] = [];
  const seen = new Set([root]);
  const stack: { id: NodeId; at: number }[] = [{ id: root, at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = before[top.id]?.[top.at];
    top.at += 1;
    if (to === undefined) {
      order.push(top.id);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ id: to, at: 0 });
    }
  }
  return order;
}
