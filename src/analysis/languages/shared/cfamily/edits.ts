/** C's way to carry out a fix: calls before the ways out, exit labels, setsockopt. */

import type { Fix } from '../../../findings.js';
import type { FixIntent } from '../../../flow/intents.js';
import type { SyntaxTree } from '../../../syntax/tree.js';
import { closeFixes, moveCloseFixes, removeCallFixes } from './edit-close.js';
import { eofFixes, limitFixes, optionFixes } from './edit-options.js';

/** Candidates, best first. */
export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'closeAlways':
    case 'closeOnFailure':
    case 'closeBefore':
      return closeFixes(intent, tree);
    case 'leaveOnEof':
      return eofFixes(intent, tree);
    case 'setOptions':
      return optionFixes(intent, tree);
    case 'setLimit':
      return limitFixes(intent, tree);
    case 'moveClose':
      return moveCloseFixes(intent, tree);
    case 'removeCall':
      return removeCallFixes(intent, tree);
  }
}
