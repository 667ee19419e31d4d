import { reasonOf, SealmeterError } from './errors.ts';

interface ListenFault {
  readonly code: string;
  readonly mend: string;
}

const FAULTS: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: { code: 'PORT_TAKEN', mend: 'stop what listens there, or take another port; 0 finds a free one' },
  EACCES: { code: 'PORT_FORBIDDEN', mend: 'take a port from 1024 up, or allow the service to bind lower ones' },
  EADDRNOTAVAIL: { code: 'ADDRESS_NOT_HERE', mend: 'listen on an address of this machine, or on 0.0.0.0 for all' },
  ENOTFOUND: { code: 'ADDRESS_NOT_HERE', mend: 'listen on an address of this machine, or on 0.0.0.0 for all' },
};

/** What it means that a server cannot listen. Anything unexpected stays what it was. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const fault = FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
  if (fault === undefined) return error;
  return new SealmeterError('configuration', fault.code, `cannot listen on ${host}:${port}: ${reasonOf(error)}`, {
    mend: fault.mend,
    cause: error,
  });
}
