/** The model in a worker of the page: first its language, then one question in, one telling out. */

import { tell, type Question } from './tell.js';
import { speak } from '../words/say.js';

addEventListener('message', ({ data }: MessageEvent<Question | { words: Readonly<Record<string, string>> }>) => {
  if ('words' in data) speak(data.words);
  else postMessage(tell(data, () => performance.now()));
});
