/** What of openapi.yaml the page shows. @see OpenAPI Specification 3.1.0 */
export interface ApiDescription {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
  };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, { readonly type: string; readonly description: string }>>;
    readonly schemas: Readonly<Record<string, { readonly description?: string }>>;
  } & Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Verb = 'get' | 'head' | 'put' | 'post' | 'delete';

/** HEAD is what GET is, without the body: the page leaves it out. */
export const SHOWN_VERBS = ['get', 'put', 'post', 'delete'] as const satisfies readonly Verb[];

export type PathItem = { readonly parameters?: readonly Reference<Parameter>[] } & { readonly [V in Verb]?: Operation };

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Reference<Parameter>[];
  readonly requestBody?: Reference<Response>;
  readonly responses: Readonly<Record<string, Reference<Response>>>;
}

/** Names a component; what it is of, the place where it stands says. */
export interface Reference<Component> {
  readonly $ref: string;
  readonly [component]?: Component;
}

declare const component: unique symbol;

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
  readonly schema: { readonly examples?: readonly (string | number)[] };
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Content;
}

export type Content = Readonly<Record<string, MediaTypeObject>>;

interface MediaTypeObject {
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface Example {
  readonly summary: string;
  readonly value?: unknown;
  /** A file beside the description. */
  readonly externalValue?: string;
}

/** What a `#/components/…` names. @throws TypeError where it leads nowhere */
export function resolve<Component>(api: ApiDescription, { $ref }: Reference<Component>): Component {
  const [, , group = '', name = ''] = $ref.split('/');
  const found = api.components[group]?.[name];
  if (found === undefined) throw new TypeError(`${$ref} leads nowhere`);
  return found as Component;
}
