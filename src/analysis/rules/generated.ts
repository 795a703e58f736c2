// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Rule } from './rule.js';
import { rule as closeSkippedOnError } from './close-skipped-on-error.js';
import { rule as eofWithoutClose } from './eof-without-close.js';
import { rule as missingClose } from './missing-close.js';
import { rule as missingKeepalive } from './missing-keepalive.js';
import { rule as unconsumedResponse } from './unconsumed-response.js';

export const RULES: readonly Rule[] = [
  closeSkippedOnError,
  eofWithoutClose,
  missingClose,
  missingKeepalive,
  unconsumedResponse,
];
