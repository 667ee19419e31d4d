import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { taskNames } from '#das/schedule.ts';
import {
  count,
  duration,
  file,
  listening,
  logLevel,
  period,
  plainText,
  revocation,
  signer,
  time,
} from './schema-parts.ts';

const SCHEDULE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    live: period('What the meter shows now; default 1 min, and 2 s while somebody looks at it.'),
    events: period('New entries of the event books; default 5 min.'),
    captures: period("New captures of the meter's journal, and those that are missing; default 15 min."),
    profiles: period('Billing profiles, and load profiles of a meter that hands out no captures; default 1 d.'),
  } satisfies Readonly<Record<(typeof taskNames)[number], object>>,
} as const;

/**
 * The configuration of `sealmeter das`. This is the one truth: the type below and `schemas/das.schema.json` (for editors)
 * are made from it. Paths are relative to the configuration file.
 */
export const dasSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'sealmeter das configuration',
  type: 'object',
  additionalProperties: false,
  required: ['listen', 'tls', 'signature', 'state'],
  properties: {
    listen: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'port', 'certificate', 'key'],
      description: 'Where the API and the page are served, over TLS.',
      properties: {
        ...listening,
        certificate: file('PEM: the server certificate, then its sub-CA.'),
        key: file('PEM, PKCS#8, mode 0600.'),
        clientRoots: {
          type: 'array',
          items: file('PEM: a root that the client certificates of users chain up to.'),
          description: 'Default: users come by password alone.',
        },
      },
    },
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['certificate', 'key', 'roots'],
      description: 'Towards meters.',
      properties: {
        certificate: file('PEM: the client certificate, then its sub-CA.'),
        key: file('PEM, PKCS#8, mode 0600.'),
        roots: {
          type: 'array',
          minItems: 1,
          items: file("PEM: a root that meters' server certificates chain up to."),
        },
      },
    },
    signature: signer('What signs the requests to meters'),
    signatureAuthorities: {
      type: 'array',
      minItems: 1,
      items: file("PEM: a root or a sub-CA of meters' signature certificates."),
      description:
        'Given, the signature certificates of meters have to lead to one of the roots, and their CAs are asked whether they were revoked. Default: that they are pinned is enough.',
    },
    revocation: revocation("Whether meters' certificates are revoked is checked; default: by OCSP."),
    state: file('The folder for what is kept: readings, alarms, users, the audit trail.'),
    schedule: {
      ...SCHEDULE,
      description: 'How often meters are read. Each meter has its own moment within the period.',
    },
    requests: {
      type: 'object',
      additionalProperties: false,
      properties: {
        concurrent: count('Requests under way at once, to all meters together; default 64.'),
        background: count('Of them, those that are no live reads; default 32.'),
        perSecond: count('Requests that begin within a second, to all meters together; default 500.'),
        perMeter: count('The same for one meter; default 20.'),
      },
    },
    watch: {
      type: 'object',
      additionalProperties: false,
      description: 'From when on an alarm is raised.',
      properties: {
        clockOffset: duration("How far a meter's clock may be from ours; default 10 s."),
        clockJump: duration('By how much that may change between two readings; default 10 s.'),
        stale: duration('How long a meter may give the same reading; default 1 min.'),
        silence: duration('How long a meter may be silent; default 3 min.'),
        certificate: duration('How long before its end a certificate is to be seen to; default 30 d.'),
      },
    },
    refuse: {
      type: 'object',
      additionalProperties: false,
      description: 'Which readings are not taken, because of their time.',
      properties: {
        fromFuture: duration('Those that are so far ahead of our clock; default 5 min.'),
        olderThan: duration('Those that are so old although the present was asked for; default 5 min.'),
      },
    },
    keep: {
      type: 'object',
      additionalProperties: false,
      description: 'How long things are kept. Charts keep what they are drawn from. Default: all but live, for ever.',
      properties: {
        live: duration('Live readings; default 31 d.'),
        capture: duration('Captures.'),
        profile: duration('Profiles.'),
        events: duration('Event books.'),
        quarantine: duration('What was refused.'),
        alarms: duration('Alarms that are over.'),
        audit: duration('The audit trail.'),
      },
    },
    meters: {
      type: 'array',
      description: 'Meters that are read, beside those that were added on the page.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'url', 'signature'],
        properties: {
          id: {
            type: 'string',
            minLength: 1,
            description: 'The logical device name, for example 1sie0012345678.sm.',
          },
          name: plainText('What people call it; default: its id.'),
          url: { type: 'string', pattern: '^https://[^ /]+/?$', description: 'Its service: https://host:port.' },
          zone: {
            type: 'string',
            minLength: 1,
            description: 'The legal time of its site, by its IANA name; default Europe/Berlin.',
          },
          roots: {
            type: 'array',
            minItems: 1,
            items: file('PEM: a root that its server certificate chains up to.'),
            description: 'Default: those of tls.',
          },
          signature: {
            type: 'array',
            minItems: 1,
            items: {
              anyOf: [
                file('PEM: signature certificates of the meter, installed beforehand.'),
                {
                  type: 'object',
                  additionalProperties: false,
                  required: ['certificate'],
                  description:
                    'Those that are trusted for a part of their life: one was replaced, or its key was lost.',
                  properties: {
                    certificate: file('PEM: signature certificates of the meter, installed beforehand.'),
                    from: time('What was sealed before is not believed.'),
                    until: time('What was sealed later is not believed.'),
                  },
                },
              ],
            },
          },
          form: {
            enum: ['rfc9421', 'draft-cavage'],
            description: 'How requests to it are signed; default rfc9421.',
          },
          schedule: { ...SCHEDULE, description: 'Where it differs from that of all.' },
        },
      },
    },
    timeZone: {
      type: 'string',
      minLength: 1,
      description: 'The legal time of sites that name none, by its IANA name; default Europe/Berlin.',
    },
    demo: { type: 'boolean', description: 'Whoever asks from this machine is let in without a password.' },
    log: logLevel,
  },
} as const satisfies JSONSchema;

export type DasConfiguration = FromSchema<typeof dasSchema>;
