/** Parameters of C++ functions, and types as the engine reads them. */

import { own } from '../../flow/own.js';
import type { Param, Place } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { declaredBy } from '../shared/cfamily/declarators.js';
import type { CppContext } from './context.js';
import { isNumber, isObject } from './types.js';
import { shapeIn } from './unit.js';

/** Parameters; a reference to a number stands for the caller's variable, behind a pointer. */
export function lowerCppParams(cx: CppContext, declarator: SyntaxNode | null): Param[] {
  return (declarator?.child('parameters')?.parts ?? []).flatMap((part): Param[] => {
    if (part.type === 'variadic_parameter' || part.type === 'variadic_parameter_declaration')
      return [{ name: '%rest', type: null, variadic: true }];
    if (!/parameter_declaration$/.test(part.type)) return [];
    const hasDefault = part.type === 'optional_parameter_declaration' ? { hasDefault: true } : {};
    const [found] = declaredBy(part);
    const written = part.child('type');
    if (!found)
      return written?.text === 'void' && part.child('declarator') === null ? [] : [{ name: cx.temporary(), type: null, ...hasDefault }];
    const shape = shapeIn(cx.unit, found.type);
    const root = cx.declare({ ...found, pointers: found.pointers + (found.isArray ? 1 : 0) }, true);
    const isConst = part.children.some((child) => child.type === 'type_qualifier' && child.text === 'const');
    const byReference = found.isReference && !isConst && (isNumber(shape.name) || found.pointers > 0);
    if (byReference) {
      cx.scope.names.set(found.name, { is: 'variable', root: `*${root}`, type: found.type, pointers: found.pointers, isArray: false });
      return [{ name: root, type: null, byReference: true, ...hasDefault }];
    }
    if (found.isReference) cx.references.add(root);
    return [{ name: root, type: isObject(shape.name) ? shape.name : (own(cx.types, root) ?? null), ...hasDefault }];
  });
}

/** Types as the engine reads them: classes by name, whatever points to them. */
export function engineTypes(cx: CppContext): Record<Place, string> {
  return Object.fromEntries(
    Object.entries(cx.types)
      .map(([place, type]) => {
        const shape = shapeIn(cx.unit, type.replace(/ \*+$/, ''));
        return [place, isObject(shape.name) ? shape.name : type] as const;
      })
      .filter(([, type]) => type !== 'auto'),
  );
}
