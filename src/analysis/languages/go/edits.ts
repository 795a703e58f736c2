import type { Fix } from '../../findings.js';
export function goEdits(): Fix[] {
  return [];
}
