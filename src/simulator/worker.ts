/** The model in a worker of the page: one question in, one telling out. */

import { tell, type Question } from './tell.js';

addEventListener('message', (event: MessageEvent<Question>) => {
  postMessage(tell(event.data, () => performance.now()));
});
