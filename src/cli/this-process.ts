import { hostname } from 'node:os';
import type { LockingProcess } from '../adapters/run-lock.ts';

/** The process that this program is. */
export const thisProcess: LockingProcess = {
  pid: process.pid,
  host: hostname(),
  isRunning: (pid) => {
    try {
      // Signal 0 is none: it only asks whether there is somebody to get one (kill(2)).
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};
