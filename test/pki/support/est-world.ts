import { join } from 'node:path';
import { silentLog } from '#core/log.ts';
import { Instant } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { makeName } from '#pki/distinguished-name.ts';
import type { Enroller } from '#pki/enroller.ts';
import type { EnrolmentPlan } from '#pki/enrolment.ts';
import { EstClient, type EstClientOptions } from '#pki/est-client.ts';
import { EstPasswords } from '#pki/est-passwords.ts';
import { type EstServer, provideEstServerPair, startEstServer } from '#pki/est-server.ts';
import { EstService } from '#pki/est-service.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { softwareRequest } from '#pki/prepared-request.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from './folder.ts';
import { issueTo, makePki, profiles, type TestIdentity } from './test-pki.ts';

/** A development PKI with an EST server, and a device that knows its roots and has an empty folder. */
export interface EstWorld extends AsyncDisposable {
  readonly folder: TemporaryFolder;
  /** The PKI's folder. */
  readonly pki: string;
  readonly clock: FakeClock;
  readonly passwords: EstPasswords;
  readonly server: EstServer;
  readonly tlsRoots: readonly Certificate[];
  readonly signatureRoots: readonly Certificate[];
  /** Of the maker of the device. */
  readonly factory: TestIdentity;
  client(label?: string, change?: Partial<EstClientOptions>): EstClient;
  /** The plan of the device's TLS certificate, in `device/tls.pem` and `.key`. */
  plan(enrollers: readonly Enroller[], change?: Partial<EnrolmentPlan>): Promise<EnrolmentPlan>;
}

export const DEVICE = 'meter7.example';

/** The machine's time: TLS looks at no other. */
export const TODAY = Instant(Date.now());

export const deviceName = makeName([
  ['CN', DEVICE],
  ['O', 'Example'],
]);

export async function makeEstWorld(): Promise<EstWorld> {
  const folder = await temporaryFolder();
  await initPki(folder.path, { ...DEVELOPMENT_DEFAULTS, now: TODAY });
  const pki = join(folder.path, 'pki');
  const clock = new FakeClock(TODAY);
  const passwords = new EstPasswords(join(pki, 'private', 'est'), clock);
  const factory = await makeFactory();
  const tlsRoots = await readCertificateFile(join(pki, 'tls-root.pem'));
  const service = new EstService({
    folder: pki,
    passwords,
    factoryAnchors: [factory.certificate],
    hosts: ['127.0.0.1'],
    clock,
    profiles,
    log: silentLog,
  });
  const server = await startEstServer({
    service,
    files: await provideEstServerPair(pki, ['127.0.0.1'], profiles, TODAY),
    clientAnchors: [...tlsRoots, factory.certificate],
    host: '127.0.0.1',
    port: 0,
  });
  const signatureRoots = await readCertificateFile(join(pki, 'signature-root.pem'));
  return {
    folder,
    pki,
    clock,
    passwords,
    server,
    tlsRoots,
    signatureRoots,
    factory,
    client: (label, change = {}) =>
      new EstClient({ url: server.url, label, trust: () => tlsRoots, send: nodeHttps(clock), clock, ...change }),
    async plan(enrollers, change = {}) {
      const files = deviceFiles(folder.path, 'tls');
      return {
        wish: { subject: deviceName, altNames: [{ dns: DEVICE }, { ip: '127.0.0.1' }] },
        purpose: 'tls-server',
        store: await KeyPairStore.open(files),
        prepare: softwareRequest(() => 'P-256'),
        enrollers,
        anchors: () => tlsRoots,
        clock,
        log: silentLog,
        ...change,
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export const deviceFiles = (folder: string, name: string) => ({
  certificate: join(folder, `${name}-of-device.pem`),
  key: join(folder, `${name}-of-device.key`),
});

/** The pair that the device left the factory with. */
export const factoryPair = (factory: TestIdentity, name = DEVICE): Promise<TestIdentity> =>
  issueTo(factory, profiles['tls-client'], { name, now: TODAY });

async function makeFactory(): Promise<TestIdentity> {
  const { root } = await makePki('factory', TODAY);
  return root;
}
