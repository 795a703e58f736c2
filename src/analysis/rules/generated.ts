// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Rule } from './rule.js';
import { rule as closeSkippedOnError } from './close-skipped-on-error.js';
import { rule as eofWithoutClose } from './eof-without-close.js';
import { rule as ineffectiveKeepalive } from './ineffective-keepalive.js';
import { rule as inheritedDescriptor } from './inherited-descriptor.js';
import { rule as lingerZero } from './linger-zero.js';
import { rule as missingClose } from './missing-close.js';
import { rule as missingKeepalive } from './missing-keepalive.js';
import { rule as missingReuseaddr } from './missing-reuseaddr.js';
import { rule as missingTimeout } from './missing-timeout.js';
import { rule as missingUserTimeout } from './missing-user-timeout.js';
import { rule as sigpipe } from './sigpipe.js';
import { rule as slowKeepalive } from './slow-keepalive.js';
import { rule as smallBacklog } from './small-backlog.js';
import { rule as timeWaitChurn } from './time-wait-churn.js';
import { rule as unconsumedResponse } from './unconsumed-response.js';
import { rule as workBeforeClose } from './work-before-close.js';

export const RULES: readonly Rule[] = [
  closeSkippedOnError,
  eofWithoutClose,
  ineffectiveKeepalive,
  inheritedDescriptor,
  lingerZero,
  missingClose,
  missingKeepalive,
  missingReuseaddr,
  missingTimeout,
  missingUserTimeout,
  sigpipe,
  slowKeepalive,
  smallBacklog,
  timeWaitChurn,
  unconsumedResponse,
  workBeforeClose,
];
