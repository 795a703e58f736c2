/** The exploration of an opening. */

import { siteRequest } from './local-calls.js';
import type { Program } from './program.js';
import type { Exploration, Site } from './run.js';
import { solve } from './solve.js';
import { start } from './state.js';

/** Follows what is opened at a site through the function that it stands in. */
export function exploreSite(program: Program, site: Site): Exploration {
  return solve(program, siteRequest(program, site, start));
}
