import type { Role } from '#cosem/access-rights.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { LiveSamples } from '#http/live-samples.ts';
import { Containers } from '#representation/containers.ts';
import { StandardMeter } from '../../cosem/support/standard-meter.ts';
import { managementDevice, START } from '../../support/example-meter.ts';
import { MemoryContainers } from '../../support/memory-containers.ts';
import {
  certificateNamed,
  dasKey,
  type ExampleChanges,
  exampleClient,
  exampleService,
  peerIs,
} from './example-service.ts';

/** A meter that has everything, and what a service needs that takes changes and tells samples live. */
export async function standardParts(more: ConstructorParameters<typeof StandardMeter>[0] = {}) {
  const standard = new StandardMeter(more);
  await standard.sample(START);
  standard.sink.taken();
  const live = new LiveSamples();
  const containers = new Containers(new MemoryContainers());
  const devices = logicalDevices(managementDevice(), [standard.device]);
  return { standard, live, parts: { devices, changes: { events: standard.sink, containers }, live } };
}

/** A service with such a meter, whose client has this role. */
export async function standardService(role: Role = 'grid-operator', changes: ExampleChanges = {}) {
  const { standard, live, parts } = await standardParts();
  const service = exampleService({
    ...parts,
    clients: [exampleClient('das', role, certificateNamed('e'), dasKey)],
    peerOf: peerIs(certificateNamed('e')),
    ...changes,
  });
  return { ...service, standard, live };
}
