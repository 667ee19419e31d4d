import { revocationModes } from '#pki/revocation-service.ts';

// What the schemas of several configurations have in common. Each is `as const`, so that types can be made of it.

export const file = (description: string) => ({ type: 'string', minLength: 1, description }) as const;
export const duration = (description: string) =>
  ({
    type: 'string',
    pattern: '^[0-9]{1,9} (ms|s|min|h|d)$',
    description: `${description} A number and ms, s, min, h or d.`,
  }) as const;
/** Of something that happens again and again. */
export const period = (description: string) =>
  ({
    type: 'string',
    pattern: '^[1-9][0-9]{0,8} (ms|s|min|h|d)$',
    description: `${description} A number and ms, s, min, h or d.`,
  }) as const;
export const time = (description: string) =>
  ({
    type: 'string',
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
    description: `${description} In UTC, such as 2026-11-20T09:15:00Z.`,
  }) as const;
/** It goes into documents as it stands, and XML has no control characters. */
export const plainText = (description: string) =>
  ({ type: 'string', pattern: '^[^\\u0000-\\u001f\\u007f\\ufffe\\uffff]*$', description }) as const;
const url = (description: string) => ({ type: 'string', pattern: '^https?://[^ ]+$', description }) as const;
export const count = (description: string) => ({ type: 'integer', minimum: 1, description }) as const;

/** Where a server listens. */
export const listening = {
  host: { type: 'string', minLength: 1, description: 'The address to listen on, for example 0.0.0.0.' },
  port: { type: 'integer', minimum: 0, maximum: 65535, description: 'The port; 0 takes a free one.' },
  names: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'Host names (with port where it is not 443) that requests may name; default: any.',
  },
} as const;

export const logLevel = {
  enum: ['debug', 'info', 'warn', 'error'],
  description: 'The least level that is logged; default info.',
} as const;

/** How a site learns whether certificates are revoked. */
export const revocation = (description: string) =>
  ({
    type: 'object',
    additionalProperties: false,
    description,
    properties: {
      mode: {
        enum: [...revocationModes, 'off'],
        description: 'Whom to ask: the OCSP responder, the CRL, one after the other, or nobody (off). Default ocsp.',
      },
      whenUnavailable: {
        enum: ['hard-fail', 'soft-fail'],
        description: 'Whether one of whom nobody says anything is refused, or passes with a log entry each time.',
      },
      recheckAfter: duration('Within this time a certificate that is revoked is cut off; default 5 min.'),
      responder: url('The OCSP responder, instead of the one that the certificates name.'),
      lists: url('The folder that has the CRLs, instead of the one that the certificates name.'),
      certificateIds: {
        enum: ['sha-256', 'sha-1'],
        description: 'How certificates are named to the responder: sha-1 for one that knows no other.',
      },
    },
  }) as const;

/** A certificate with its key, which signs. */
export const signer = <const What extends string>(what: What) =>
  ({
    type: 'object',
    additionalProperties: false,
    required: ['certificate'],
    oneOf: [{ required: ['key'] }, { required: ['token'] }],
    description: `${what}: a certificate, and its key in a file (key) or in a PKCS#11 token (token).`,
    properties: {
      certificate: file('PEM: the signature certificate.'),
      key: file('PEM, PKCS#8, mode 0600: the software key.'),
      token: {
        type: 'object',
        additionalProperties: false,
        required: ['module', 'label'],
        anyOf: [{ required: ['keyId'] }, { required: ['keyLabel'] }, { required: ['keyFile'] }],
        oneOf: [{ required: ['pinFile'] }, { required: ['pinCredential'] }],
        description:
          'The token (module, label, serial), its key (keyId, keyLabel or keyFile) and its PIN (pinFile or pinCredential).',
        properties: {
          module: file('The PKCS#11 module, a shared library.'),
          label: { type: 'string', minLength: 1, description: "The token's label." },
          serial: { type: 'string', minLength: 1, description: 'Its serial number, where labels are not unique.' },
          keyId: { type: 'string', pattern: '^([0-9a-f]{2})+$', description: 'CKA_ID of the key in lower-case hex.' },
          keyLabel: { type: 'string', minLength: 1, description: 'CKA_LABEL of the key.' },
          keyFile: file('What `pki enrol` writes beside the certificate of a key on a token: which one it is.'),
          pinFile: file('A file with the PIN, mode 0600.'),
          pinCredential: {
            type: 'string',
            pattern: '^[A-Za-z0-9._-]+$',
            description: 'The name of a systemd credential with the PIN.',
          },
        },
      },
    },
  }) as const;
