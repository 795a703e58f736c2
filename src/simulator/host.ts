import type { FromPage, SavedState, ToPage } from './protocol.js';

/** What the page needs of its host. */
export interface Host {
  post: (message: FromPage) => void;
  save: (state: SavedState) => void;
  saved: unknown;
  /** What the page was made with; what it remembers itself is newer. */
  first: ToPage | null;
  workerSource: string;
  mermaidSource: string;
  nonce: string;
  /** The sentences of the page's language. */
  words: Readonly<Record<string, string>>;
}
