/** The classes around a place, and their fields as names there mean them. */

import type { Place } from '../../../flow/ir.js';
import type { Context } from './context.js';
import { outerField } from './names.js';
import type { ClassInfo, FieldInfo } from './names.js';

/** A field of the class at hand or of one around it, and the object that has it (null: the class itself). */
export interface OwnField {
  field: FieldInfo;
  owner: ClassInfo;
  object: Place | null;
}

/** Runs through the class at hand and those around it, each with the object that is at hand there. */
export function* around(cx: Context): Generator<{ cls: ClassInfo; object: Place | null }> {
  let object = cx.self;
  for (let cls = cx.cls; cls; cls = cls.outer) {
    yield { cls, object };
    object = object !== null && cls.hasOuter ? `${object}.${outerField}` : null;
  }
}

export function ownField(cx: Context, name: string): OwnField | null {
  for (const { cls, object } of around(cx)) {
    const field = cx.names.field(cls, name);
    if (field) return { field, owner: cls, object };
  }
  return null;
}
