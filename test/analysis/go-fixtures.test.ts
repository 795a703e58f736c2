/** Findings in Go, file by file. */
import { fixtureTests } from './fixtures.js';

fixtureTests('go', 'go', '.go', '//');
