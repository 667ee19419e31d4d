import type { ResourceAddress } from '#representation/resource-uri.ts';

/** The verbs of the annex, and HEAD, which HTTP demands. */
export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** Any other verb is unknown to this server. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set<Method>(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);

/**
 * What can be done with a resource: read it, listen to it, write an attribute, run a method, keep a container or discard
 * it.
 */
export type Action = 'read' | 'listen' | 'write' | 'run' | 'keep' | 'discard';

interface Resource {
  /** As the API description writes it. */
  readonly path: string;
  readonly actions: Readonly<Partial<Record<Method, Action>>>;
}

const READ = { GET: 'read', HEAD: 'read' } as const;
const KEEP = { ...READ, PUT: 'keep', DELETE: 'discard' } as const;

/** What can be addressed, and what can be done with it. @see BSI TR-03109-1 Anlage II 1.01, URI tree and verbs */
export const RESOURCES: Readonly<Record<ResourceAddress['kind'], Resource>> = {
  cosem: { path: '/cosem', actions: READ },
  ldevs: { path: '/cosem/ldevs', actions: READ },
  ldev: { path: '/cosem/ldevs/{ldev}', actions: READ },
  live: { path: '/cosem/ldevs/{ldev}/live', actions: { GET: 'listen' } },
  objects: { path: '/cosem/ldevs/{ldev}/objects', actions: READ },
  object: { path: '/cosem/ldevs/{ldev}/objects/{object}', actions: READ },
  attributes: { path: '/cosem/ldevs/{ldev}/objects/{object}/attributes', actions: READ },
  attribute: {
    path: '/cosem/ldevs/{ldev}/objects/{object}/attributes/{attribute}',
    actions: { ...READ, PUT: 'write' },
  },
  methods: { path: '/cosem/ldevs/{ldev}/objects/{object}/methods', actions: READ },
  method: {
    path: '/cosem/ldevs/{ldev}/objects/{object}/methods/{method}',
    actions: { ...READ, POST: 'run' },
  },
  'ldev-containers': { path: '/cosem/ldevs/{ldev}/containers', actions: READ },
  'ldev-container': { path: '/cosem/ldevs/{ldev}/containers/{ldev-container}', actions: KEEP },
  containers: { path: '/cosem/containers', actions: READ },
  container: { path: '/cosem/containers/{container}', actions: KEEP },
};

export const methodsOf = (kind: ResourceAddress['kind']): readonly Method[] =>
  Object.keys(RESOURCES[kind].actions) as Method[];

const BY_KIND: ReadonlyMap<string, ReadonlyMap<string, Action>> = new Map(
  Object.entries(RESOURCES).map(([kind, { actions }]) => [kind, new Map(Object.entries(actions))]),
);

/** `undefined` where the resource does not take this method. */
export const actionOf = (method: string, kind: ResourceAddress['kind']): Action | undefined =>
  BY_KIND.get(kind)?.get(method);
