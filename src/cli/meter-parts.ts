import { systemClock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { Minutes, Seconds } from '#core/time.ts';
import { systemZone } from '#core/zone-file.ts';
import { ofDevices, rightsOf } from '#cosem/access-rights.ts';
import { publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import type { Client } from '#http/client-directory.ts';
import { DEFAULT_LIMITS, type Limits } from '#http/limits.ts';
import { everyPeriod, type PeriodicTimes } from '#journal/capture-schedule.ts';
import { clockSetter } from '#journal/clock-setter.ts';
import type { RetentionLimits } from '#journal/retention.ts';
import type { CapturePeriods } from '#meter/capture-periods.ts';
import { loadDevice } from '#meter/device-file.ts';
import { ImageFolder } from '#meter/image-folder.ts';
import type { MeterParts } from '#meter/meter.ts';
import type { MeteredDevice } from '#meter/metering.ts';
import { lastInstant } from '#pki/certificate-life.ts';
import { FRESHNESS_WINDOW } from '#signature/request-verifier.ts';
import type { SignatureKey } from '#signature/signature-key.ts';
import { clockSourceBy } from './clock-source.ts';
import type { Terminal } from './command.ts';
import { at, type ConfigurationFile, duration } from './configuration.ts';
import { checkDevicesOf, consumersOf } from './consumers.ts';
import { certificatesIn } from './files.ts';
import type { MeterConfiguration } from './meter-schema.ts';
import { revocationBy } from './revocation.ts';
import { openSigner } from './signer.ts';
import { sessionRulesOf, tlsCredentials, tlsRulesOf } from './tls-parts.ts';

type MeterFile = ConfigurationFile<MeterConfiguration>;
type DeviceEntry = MeterConfiguration['devices'][number];
type ClientEntry = MeterConfiguration['clients'][number];

/**
 * Reads everything that a configuration names and makes it the parts of a meter.
 * @throws SealmeterError (configuration) naming file and place
 */
export async function meterParts(file: MeterFile, log: Log, environment: Terminal['environment']): Promise<MeterParts> {
  const { configuration, pathOf } = file;
  const parts = await partsBesideSigner(file, log);
  // Last, so that a token's PIN is tried only for a configuration that is right in all else.
  const signer = await openSigner(configuration.signature, pathOf, { environment, clock: systemClock, log });
  return { ...parts, signer };
}

/** The parts of a meter without its key, so that no token is asked for its PIN. @throws as `meterParts` */
export async function partsBesideSigner(file: MeterFile, log: Log): Promise<Omit<MeterParts, 'signer'>> {
  const { configuration, pathOf } = file;
  const { listen, tls, requests = {} } = configuration;
  const capturePeriods = at(file.located.get('capture'), () => capturePeriodsOf(configuration));
  const { period } = capturePeriods['load-profile-1'];
  const setBy = configuration.clock?.setBy;
  return {
    listen: { host: listen.host, port: listen.port, names: listen.names && new Set(listen.names) },
    ...(await replaceableParts(file)),
    tlsRules: tlsRulesOf(tls),
    sessions: at(file.located.get('tls')?.get('sessions'), () => sessionRulesOf(tls)),
    revocation: revocationBy(configuration.revocation ?? {}, log),
    stateFolder: pathOf(configuration.state),
    managementId: configuration.management.id,
    devices: configuration.devices.map((device, index) =>
      at(file.located.get('devices')?.items()[index], () => meteredDevice(device, file)),
    ),
    zone: at(file.located.get('timeZone'), () => systemZone(configuration.timeZone ?? 'Europe/Berlin')),
    clockSource: clockSourceBy(configuration.clock),
    capturePeriods,
    ...(setBy && { timeSetter: clockSetter({ program: pathOf(setBy), measuringPeriod: period, clock: systemClock }) }),
    ...imagesOf(file),
    retention: retentionOf(configuration),
    consumers: consumersOf(configuration),
    sealAhead: configuration.sealAhead ?? [],
    freshness: duration(requests.freshness, FRESHNESS_WINDOW),
    limits: limitsOf(requests),
    clock: systemClock,
    log,
  };
}

/** What is taken up while the meter runs, beside another key that seals. */
export async function replaceableParts(file: MeterFile): Promise<Pick<MeterParts, 'tls' | 'clients'>> {
  const entries = file.located.get('clients')?.items() ?? [];
  return {
    tls: await tlsCredentials(file),
    clients: file.configuration.clients.map((client, index) => at(entries[index], () => clientOf(client, file))),
  };
}

function meteredDevice(entry: DeviceEntry, { configuration, pathOf }: MeterFile): MeteredDevice {
  const { id, model, meterNumber = '', location = '', modbus } = entry;
  const description = loadDevice(model, (configuration.descriptions ?? []).map(pathOf));
  const { access } = description.plan;
  return {
    id,
    meterNumber,
    locationId: location,
    description,
    host: modbus.host,
    port: modbus.port ?? access.port,
    unit: modbus.unit ?? access.unit,
    timeout: duration(modbus.timeout, access.timeout),
  };
}

function imagesOf({ configuration, pathOf }: MeterFile): Pick<MeterParts, 'images'> {
  const { images, state } = configuration;
  if (images === undefined) return {};
  const makers = images.makers.map((path) => publicKeyOfCertificate(certificatesIn(pathOf(path))[0].der));
  return { images: new ImageFolder({ stateFolder: pathOf(state), makers, handTo: pathOf(images.handTo) }) };
}

function capturePeriodsOf({ capture = {} }: MeterConfiguration): CapturePeriods {
  const { period = '15 min', period2 = period } = capture;
  return { 'load-profile-1': everyWritten(period), 'load-profile-2': everyWritten(period2) };
}

function everyWritten(period: string): PeriodicTimes {
  try {
    return everyPeriod(duration(period, Minutes(15)));
  } catch (cause) {
    throw new SealmeterError('configuration', 'CAPTURE_PERIOD_INVALID', reasonOf(cause), {
      mend: 'choose a whole part of a day: 1 s, 1 min, 15 min, 1 h …',
      cause,
    });
  }
}

function retentionOf({ retention = {} }: MeterConfiguration): RetentionLimits {
  const { captures, events, megabytes } = retention;
  return {
    ...(captures === undefined ? {} : { captures: duration(captures, Seconds(0)) }),
    ...(events === undefined ? {} : { events: duration(events, Seconds(0)) }),
    ...(megabytes === undefined ? {} : { bytes: megabytes * 1_000_000 }),
  };
}

function clientOf(entry: ClientEntry, file: MeterFile): Client {
  checkDevicesOf(entry, file.configuration);
  const { id, role, devices, tls, signature = [], hs2019 = 'refused' } = entry;
  const certificateIn = (path: string) => certificatesIn(file.pathOf(path))[0];
  const rights = rightsOf(role);
  return {
    id,
    rights: devices === undefined ? rights : ofDevices(rights, new Set(devices)),
    tlsCertificates: tls.map((path) => certificateIn(path).id),
    signatureKeys: signature.map((path): SignatureKey => {
      const certificate = certificateIn(path);
      return {
        keyId: certificate.id,
        publicKey: publicKeyOfCertificate(certificate.der),
        owner: id,
        allowHs2019: HS2019[hs2019],
        validity: { from: certificate.notBefore, to: lastInstant(certificate) },
      };
    }),
  };
}

const HS2019 = { refused: false, sha256: 'sha-256', sha384: 'sha-384', sha512: 'sha-512' } as const;

function limitsOf(requests: NonNullable<MeterConfiguration['requests']>): Limits {
  const { perSecond, burst, connections, connectionsPerClient } = requests;
  return {
    ...DEFAULT_LIMITS,
    ...(perSecond === undefined ? {} : { requestsPerSecond: perSecond }),
    ...(burst === undefined ? {} : { burst }),
    ...(connections === undefined ? {} : { connections }),
    ...(connectionsPerClient === undefined ? {} : { connectionsPerClient }),
  };
}
