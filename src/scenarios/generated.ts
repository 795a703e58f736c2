// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Scenario } from './scenario.js';
import { scenario as acceptQueueFull } from './accept-queue-full.js';
import { scenario as childKeepsDescriptor } from './child-keeps-descriptor.js';
import { scenario as closeWithUnreadData } from './close-with-unread-data.js';
import { scenario as connectToClosedPort } from './connect-to-closed-port.js';
import { scenario as connectToDeadHost } from './connect-to-dead-host.js';
import { scenario as idleFlowForgotten } from './idle-flow-forgotten.js';
import { scenario as leakFleet } from './leak-fleet.js';
import { scenario as networkCutAndMended } from './network-cut-and-mended.js';
import { scenario as orderlyClose } from './orderly-close.js';
import { scenario as peerClosesWeDoNot } from './peer-closes-we-do-not.js';
import { scenario as peerFrozen } from './peer-frozen.js';
import { scenario as peerHostLosesPowerIdle } from './peer-host-loses-power-idle.js';
import { scenario as peerHostLosesPowerWhileWeWrite } from './peer-host-loses-power-while-we-write.js';
import { scenario as peerIdleLimit } from './peer-idle-limit.js';
import { scenario as peerProcessKilled } from './peer-process-killed.js';
import { scenario as peerReboots } from './peer-reboots.js';
import { scenario as portsExhaustedByTimeWait } from './ports-exhausted-by-time-wait.js';
import { scenario as restartInTimeWait } from './restart-in-time-wait.js';
import { scenario as slowReader } from './slow-reader.js';

export const SCENARIOS: readonly Scenario[] = [
  acceptQueueFull,
  childKeepsDescriptor,
  closeWithUnreadData,
  connectToClosedPort,
  connectToDeadHost,
  idleFlowForgotten,
  leakFleet,
  networkCutAndMended,
  orderlyClose,
  peerClosesWeDoNot,
  peerFrozen,
  peerHostLosesPowerIdle,
  peerHostLosesPowerWhileWeWrite,
  peerIdleLimit,
  peerProcessKilled,
  peerReboots,
  portsExhaustedByTimeWait,
  restartInTimeWait,
  slowReader,
];
