import type { ResourceAddress } from '#representation/resource-uri.ts';

type Method = 'GET' | 'HEAD';

interface Resource {
  /** As the API description writes it. */
  readonly path: string;
  readonly methods: readonly Method[];
}

const READ_ONLY = ['GET', 'HEAD'] as const;

/** What can be addressed, and what can be done with it. @see BSI TR-03109-1 Anlage II 1.01, URI tree and verbs */
export const RESOURCES = {
  cosem: { path: '/cosem', methods: READ_ONLY },
  ldevs: { path: '/cosem/ldevs', methods: READ_ONLY },
  ldev: { path: '/cosem/ldevs/{ldev}', methods: READ_ONLY },
  objects: { path: '/cosem/ldevs/{ldev}/objects', methods: READ_ONLY },
  object: { path: '/cosem/ldevs/{ldev}/objects/{object}', methods: READ_ONLY },
  attributes: { path: '/cosem/ldevs/{ldev}/objects/{object}/attributes', methods: READ_ONLY },
  attribute: { path: '/cosem/ldevs/{ldev}/objects/{object}/attributes/{attribute}', methods: READ_ONLY },
  methods: { path: '/cosem/ldevs/{ldev}/objects/{object}/methods', methods: READ_ONLY },
  method: { path: '/cosem/ldevs/{ldev}/objects/{object}/methods/{method}', methods: READ_ONLY },
  live: { path: '/cosem/ldevs/{ldev}/live', methods: READ_ONLY },
  containers: { path: '/cosem/containers', methods: READ_ONLY },
  container: { path: '/cosem/containers/{container}', methods: READ_ONLY },
  'ldev-containers': { path: '/cosem/ldevs/{ldev}/containers', methods: READ_ONLY },
  'ldev-container': { path: '/cosem/ldevs/{ldev}/containers/{ldev-container}', methods: READ_ONLY },
} as const satisfies Readonly<Record<ResourceAddress['kind'], Resource>>;

/** The verbs of the annex, and HEAD, which HTTP demands. Any other is unknown to this server. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);
