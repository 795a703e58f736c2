/** What the page says of a message of the extension. */

import { say } from '../words/say.js';
import type { ToPage } from './protocol.js';

/** Empty: nothing. */
export function noticeOf(message: ToPage): string {
  switch (message.type) {
    case 'saved':
      return message.ok ? say`Saved ${message.name ?? ''}` : (message.reason ?? '');
    case 'applied':
      return message.ok
        ? say`Applied: the picture now shows your edited code.`
        : say`Not applied: ${message.reason ?? say`the code has no place for it`}`;
    case 'settings': {
      const { from, missing } = message.settings;
      const not = missing.length > 0 ? say`; not found: ${missing.join(', ')}` : '';
      return say`Kernel settings: ${from ?? say`defaults`}${not}`;
    }
    default:
      return '';
  }
}
