import type { MachineAccess } from '../../diagnosis/machine.js';

/** A browser sees no machine. */
export const machineAccess: MachineAccess | null = null;
