/** Names in messages: the known name that somebody may have meant. */

export { nearest } from '../kernel/nearest.js';
