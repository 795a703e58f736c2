/** Names in messages: the known name that somebody may have meant. */

export { meant, nearest } from '../kernel/nearest.js';
