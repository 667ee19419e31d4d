import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { sessionProfiles } from '#http/session-rules.ts';
import { CIPHER_SUITES, TLS_GROUPS, TLS_VERSIONS } from '#http/tls-options.ts';
import { revocationModes } from '#pki/revocation-service.ts';

const file = (description: string) => ({ type: 'string', minLength: 1, description }) as const;
const duration = (description: string) =>
  ({
    type: 'string',
    pattern: '^[0-9]{1,9} (ms|s|min|h|d)$',
    description: `${description} A number and ms, s, min, h or d.`,
  }) as const;
/** It goes into documents as it stands, and XML has no control characters. */
const plainText = (description: string) =>
  ({ type: 'string', pattern: '^[^\\u0000-\\u001f\\u007f\\ufffe\\uffff]*$', description }) as const;
const url = (description: string) => ({ type: 'string', pattern: '^https?://[^ ]+$', description }) as const;
const count = (description: string) => ({ type: 'integer', minimum: 1, description }) as const;

/**
 * The configuration of `sealmeter meter`. This is the one truth: the type below and `schemas/meter.schema.json` (for
 * editors) are made from it. Paths are relative to the configuration file.
 */
export const meterSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'sealmeter meter configuration',
  type: 'object',
  additionalProperties: false,
  required: ['listen', 'tls', 'signature', 'state', 'management', 'devices', 'clients'],
  properties: {
    listen: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'port'],
      properties: {
        host: { type: 'string', minLength: 1, description: 'The address to listen on, for example 0.0.0.0.' },
        port: { type: 'integer', minimum: 0, maximum: 65535, description: 'The port; 0 takes a free one.' },
        names: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Host names (with port where it is not 443) that requests may name; default: any.',
        },
      },
    },
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['certificate', 'key', 'clientRoots'],
      properties: {
        certificate: file('PEM: the server certificate, then its sub-CA.'),
        key: file('PEM, PKCS#8, mode 0600.'),
        clientRoots: { type: 'array', minItems: 1, items: file('PEM: a root that client certificates chain up to.') },
        minimumVersion: { enum: TLS_VERSIONS, description: 'The oldest version that is spoken; default TLS 1.2.' },
        suites: {
          type: 'array',
          minItems: 1,
          items: { enum: CIPHER_SUITES },
          description: 'The cipher suites that may be agreed on, best first; default: all of these.',
        },
        groups: {
          type: 'array',
          minItems: 1,
          items: { enum: TLS_GROUPS },
          description: 'The groups of the key exchange, best first; default: all of these.',
        },
        sessions: {
          type: 'object',
          additionalProperties: false,
          description: 'How long the keys of a session serve. Connections that have served end after an answer.',
          properties: {
            profile: {
              enum: sessionProfiles,
              description: 'wan: for 2 days. lmn: for 31 days or 5 MB. Default wan.',
            },
            resumeFor: duration('How long a session may be resumed after its full handshake; default 1 h.'),
            ticketKeysFor: duration('How long one key encrypts session tickets; default 12 h.'),
            age: duration("How long after its full handshake a session may serve; default: the profile's."),
            octets: count("How many octets of HTTP a connection may carry; default: the profile's."),
          },
        },
      },
    },
    revocation: {
      type: 'object',
      additionalProperties: false,
      description: "Whether clients' TLS certificates are revoked is checked on every connection; default: by OCSP.",
      properties: {
        mode: {
          enum: [...revocationModes, 'off'],
          description: 'Whom to ask: the OCSP responder, the CRL, one after the other, or nobody (off). Default ocsp.',
        },
        whenUnavailable: {
          enum: ['hard-fail', 'soft-fail'],
          description:
            'Whether a client of whom nobody says anything is refused, or passes with a log entry each time.',
        },
        recheckAfter: duration('Within this time a certificate that is revoked is cut off; default 5 min.'),
        responder: url('The OCSP responder, instead of the one that the certificates name.'),
        lists: url('The folder that has the CRLs, instead of the one that the certificates name.'),
        certificateIds: {
          enum: ['sha-256', 'sha-1'],
          description: 'How certificates are named to the responder: sha-1 for one that knows no other.',
        },
      },
    },
    signature: {
      type: 'object',
      additionalProperties: false,
      required: ['certificate'],
      oneOf: [{ required: ['key'] }, { required: ['token'] }],
      description: 'What seals documents: a certificate, and its key in a file (key) or in a PKCS#11 token (token).',
      properties: {
        certificate: file("PEM: the meter's signature certificate."),
        key: file('PEM, PKCS#8, mode 0600: the software key.'),
        token: {
          type: 'object',
          additionalProperties: false,
          required: ['module', 'label'],
          anyOf: [{ required: ['keyId'] }, { required: ['keyLabel'] }],
          oneOf: [{ required: ['pinFile'] }, { required: ['pinCredential'] }],
          description:
            'The token (module, label, serial), its key (keyId or keyLabel) and its PIN (pinFile or pinCredential).',
          properties: {
            module: file('The PKCS#11 module, a shared library.'),
            label: { type: 'string', minLength: 1, description: "The token's label." },
            serial: { type: 'string', minLength: 1, description: 'Its serial number, where labels are not unique.' },
            keyId: { type: 'string', pattern: '^([0-9a-f]{2})+$', description: 'CKA_ID of the key in lower-case hex.' },
            keyLabel: { type: 'string', minLength: 1, description: 'CKA_LABEL of the key.' },
            pinFile: file('A file with the PIN, mode 0600.'),
            pinCredential: {
              type: 'string',
              pattern: '^[A-Za-z0-9._-]+$',
              description: 'The name of a systemd credential with the PIN.',
            },
          },
        },
      },
    },
    state: file('The folder for what has to survive a restart.'),
    descriptions: {
      type: 'array',
      items: file('A folder with device descriptions of your own; they come before the built-in ones.'),
    },
    management: {
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'string', minLength: 1, description: 'The management logical device name.' } },
    },
    devices: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'model', 'modbus'],
        properties: {
          id: { type: 'string', minLength: 1, description: 'The logical device name, for example 1sie0012345678.sm.' },
          model: { type: 'string', minLength: 1, description: 'A device description: its model id.' },
          meterNumber: plainText("What stands on the meter's plate."),
          location: plainText('Where it measures: the metering point.'),
          modbus: {
            type: 'object',
            additionalProperties: false,
            required: ['host'],
            properties: {
              host: { type: 'string', minLength: 1 },
              port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default 502.' },
              unit: { type: 'integer', minimum: 0, maximum: 255, description: "Default: the description's." },
              timeout: duration('How long one answer may take; default 1 s.'),
            },
          },
        },
      },
    },
    clients: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'role', 'tls'],
        properties: {
          id: { type: 'string', minLength: 1 },
          role: {
            enum: ['consumer', 'grid-operator', 'supplier', 'administrator', 'service-technician', 'authority'],
          },
          devices: {
            type: 'array',
            items: { type: 'string' },
            description: 'The logical devices that a consumer may see; other roles see all.',
          },
          tls: { type: 'array', minItems: 1, items: file("PEM: the client's TLS certificate.") },
          signature: { type: 'array', items: file("PEM: the client's signature certificate.") },
          hs2019: {
            enum: ['refused', 'sha256', 'sha384', 'sha512'],
            description: 'The hash that the draft-cavage algorithm hs2019 means for this client; default: refused.',
          },
        },
      },
    },
    timeZone: {
      type: 'string',
      minLength: 1,
      description: 'The legal time of the site, by its IANA name; default Europe/Berlin.',
    },
    capture: {
      type: 'object',
      additionalProperties: false,
      description: 'What is kept in the journal.',
      properties: {
        period: duration('How often a sample is captured: a whole part of a day, 1 s or more; default 15 min.'),
      },
    },
    retention: {
      type: 'object',
      additionalProperties: false,
      description: 'What is let go of, oldest first; default: nothing. The calibration book is always kept.',
      properties: {
        captures: duration('How long captures are kept.'),
        events: duration('How long events of the system and the consumer books are kept.'),
        megabytes: count('How large the journal may become; beyond it the oldest captures go.'),
      },
    },
    sealAhead: {
      type: 'array',
      items: { type: 'string', pattern: '^/cosem/' },
      description: 'Resources that are sealed as soon as a sample is there.',
    },
    requests: {
      type: 'object',
      additionalProperties: false,
      properties: {
        freshness: duration('How old a request signature may be; default 300 s.'),
        perSecond: count('Requests a second per client; default 50.'),
        burst: count('How many may come at once; default 1000.'),
        connections: count('Open connections in total; default 1000.'),
        connectionsPerClient: count('Open connections of one client; default 100.'),
      },
    },
    log: { enum: ['debug', 'info', 'warn', 'error'], description: 'The least level that is logged; default info.' },
  },
} as const satisfies JSONSchema;

export type MeterConfiguration = FromSchema<typeof meterSchema>;
