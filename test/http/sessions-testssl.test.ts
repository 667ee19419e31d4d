import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { CIPHER_SUITES, tlsOptions } from '#http/tls-options.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { program } from '../support/programs.ts';
import { exampleDoor } from './support/example-door.ts';
import { meter, root } from './support/tls-parties.ts';

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** Runs testssl.sh, which is a program of its own from the first byte of the ClientHello on. */
async function findingsAt(port: number, checks: readonly string[], folder: string): Promise<readonly Finding[]> {
  const file = join(folder, `${port}.json`);
  const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--ip', 'one'];
  const trust = ['--add-ca', join(folder, 'root.pem'), '--openssl', program('openssl'), '--jsonfile', file];
  const child = spawn(program('testssl'), [...quiet, ...trust, ...checks, `127.0.0.1:${port}`], { stdio: 'ignore' });
  await once(child, 'close');
  return JSON.parse(await readFile(file, 'utf8')) as readonly Finding[];
}

/** The same TLS without asking for a certificate: without HTTP testssl.sh leaves a good part of its checks out. */
async function openServer() {
  const options = tlsOptions({ ...meter, clientRoots: [root] });
  const server = createServer({ ...options, requestCert: false }, (_request, response) => response.end('nothing'));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Protocols, groups, certificate; every suite by itself; and for the one that speaks HTTP all known weaknesses. */
const CHECKS = {
  'a server that asks for no certificate': ['-p', '-s', '-f', '-e', '-S', '-U'],
  'the door itself': ['-p', '-f', '-e'],
} as const;

type Instance = keyof typeof CHECKS;
const instances = Object.keys(CHECKS) as readonly Instance[];

describe('testssl.sh finds at', () => {
  const found = new Map<Instance, readonly Finding[]>();

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sealmeter-testssl-'));
    await writeFile(join(folder, 'root.pem'), certificatesToPem([root]));
    const open = await openServer();
    await using door = await exampleDoor();
    const { port } = open.address() as AddressInfo;
    const ports = { 'a server that asks for no certificate': port, 'the door itself': door.port };
    const look = async (instance: Instance): Promise<void> => {
      found.set(instance, await findingsAt(ports[instance], CHECKS[instance], folder));
    };
    await Promise.all(instances.map(look));
    open.closeAllConnections();
    open.close();
    await rm(folder, { recursive: true });
  });

  for (const instance of instances) {
    const findings = (): readonly Finding[] => found.get(instance) ?? [];
    const findingOf = (id: string): string | undefined => findings().find((one) => one.id === id)?.finding;

    describe(instance, () => {
      it('TLS 1.2 and 1.3, and no other protocol', () => {
        const offered = ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2', 'TLS1_3'].map((id) => findingOf(id));
        const not = 'not offered';
        assert.deepEqual(offered, [not, not, not, not, 'offered', 'offered with final']);
      });

      it('the agreed suites, and no other', () => {
        const suites = findings().filter(({ id }) => id.startsWith('cipher_x'));
        assert.deepEqual(new Set(suites.map(({ finding }) => finding.split(/\s+/)[1])), new Set<string>(CIPHER_SUITES));
      });

      it('the agreed groups, and no other', () => {
        assert.equal(findingOf('PFS_ECDHE_curves'), 'prime256v1 secp384r1 secp521r1');
        assert.equal(findingOf('DH_groups'), undefined);
      });

      it('nothing that is worse than low', () => {
        const bad = findings().filter(({ severity }) => /MEDIUM|HIGH|CRITICAL|FATAL/.test(severity));
        assert.deepEqual(bad, []);
        assert.ok(findings().length > 15, 'it has not looked');
      });
    });
  }

  it('a chain that leads to the root that it was given', () => {
    const findings = found.get('a server that asks for no certificate') ?? [];
    assert.equal(findings.find(({ id }) => id === 'cert_chain_of_trust')?.finding, 'passed.');
  });

  it('no renegotiation, no compression, no padding oracle and no other known weakness', () => {
    const weaknesses = found.get('a server that asks for no certificate') ?? [];
    for (const id of ['heartbleed', 'CCS', 'ticketbleed', 'secure_client_renego', 'CRIME_TLS', 'BREACH', 'ROBOT']) {
      assert.match(weaknesses.find((one) => one.id === id)?.finding ?? 'not looked at', /^not vulnerable/, id);
    }
  });
});
