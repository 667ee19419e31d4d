import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { sessionProfiles } from '#http/session-rules.ts';
import { CIPHER_SUITES, TLS_GROUPS, TLS_VERSIONS } from '#http/tls-options.ts';
import { count, duration, file, listening, logLevel, plainText, revocation, signer } from './schema-parts.ts';

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
      properties: listening,
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
    revocation: revocation(
      "Whether clients' TLS certificates are revoked is checked on every connection; default: by OCSP.",
    ),
    signature: signer('What seals documents'),
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
            description:
              'The logical devices that this client may see; default: all. A consumer has to have its own named.',
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
    clock: {
      type: 'object',
      additionalProperties: false,
      description: 'Who says whether the clock of this machine is right, and who sets it. With sntp, name the server.',
      anyOf: [{ not: { required: ['source'], properties: { source: { const: 'sntp' } } } }, { required: ['server'] }],
      properties: {
        source: {
          enum: ['auto', 'chrony', 'timesyncd', 'sntp', 'none'],
          description:
            'Who is asked; auto: chrony, then systemd-timesyncd. none: every sample is marked. Default auto.',
        },
        server: { type: 'string', minLength: 1, description: 'The SNTP server: a name or an address.' },
        port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Its UDP port; default 123.' },
        setBy: file(
          'A program that sets the clock to its only argument, a time in UTC; by it clients may set the clock. Default: nobody may.',
        ),
      },
    },
    images: {
      type: 'object',
      additionalProperties: false,
      required: ['makers', 'handTo'],
      description: 'Images of the program, transferred through the object 0-0:44.0.0; default: none are taken.',
      properties: {
        makers: { type: 'array', minItems: 1, items: file('PEM: a certificate whose key signs images.') },
        handTo: file('The folder where an image is put when it is activated. Whoever updates the machine looks there.'),
      },
    },
    capture: {
      type: 'object',
      additionalProperties: false,
      description: 'What is kept in the journal.',
      properties: {
        period: duration(
          'How often a sample is captured for load profile 1: a whole part of a day, 1 s or more; default 15 min. What clients have written counts for more.',
        ),
        period2: duration('The same for load profile 2; default: as often as for load profile 1.'),
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
    metrics: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'port'],
      description: 'Where Prometheus is told how the meter fares, in plain HTTP at /metrics; default: nowhere.',
      properties: {
        host: {
          type: 'string',
          minLength: 1,
          description: 'An address that others do not reach, for example 127.0.0.1.',
        },
        port: { type: 'integer', minimum: 1, maximum: 65535 },
      },
    },
    log: logLevel,
  },
} as const satisfies JSONSchema;

export type MeterConfiguration = FromSchema<typeof meterSchema>;
