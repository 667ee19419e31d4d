import { systemClock } from '#core/clock.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { command, type ExitCode, type Terminal, usageError, type Values } from './command.ts';

const OPTIONS = {
  meter: {
    type: 'string',
    value: 'LDEV',
    help: `The meter's logical device; default ${DEVELOPMENT_DEFAULTS.names.meter}.`,
  },
  host: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'A host name or address under which the meter is reached; may be repeated.',
  },
  'ocsp-url': { type: 'string', value: 'URL', help: 'Where the certificates say that OCSP is answered.' },
} as const;

type PkiValues = Values<typeof OPTIONS>;

/** What stands behind `sealmeter pki`. */
const ACTIONS: Readonly<
  Record<string, (operands: readonly string[], values: PkiValues, terminal: Terminal) => Promise<ExitCode>>
> = { init };

export const pki = command({
  usage: 'pki init DIR',
  summary: 'Makes two PKIs (TLS and signature) and the certificates of a meter and of a data acquisition system.',
  notes: [
    'What is made where:',
    '  DIR/pki/    tls-root.pem tls-sub.pem signature-root.pem signature-sub.pem, private keys in private/',
    '  DIR/meter/  tls.pem tls.key signature.pem signature.key',
    '  DIR/das/    tls.pem tls.key signature.pem signature.key meter-signature.pem',
    'Private keys are PKCS#8 PEM without a passphrase, readable by their owner only.',
  ],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const [name = '', ...operands] = positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      throw usageError(`"pki ${name}" is not known`, `use one of: ${Object.keys(ACTIONS).join(', ')}`);
    }
    return await action(operands, values, terminal);
  },
});

async function init(operands: readonly string[], values: PkiValues, terminal: Terminal): Promise<ExitCode> {
  const [folder] = operands;
  if (folder === undefined || operands.length > 1)
    throw usageError('pki init takes one folder', 'sealmeter pki init DIR');
  const { names, meterHosts, settings } = DEVELOPMENT_DEFAULTS;
  await initPki(folder, {
    now: systemClock.now(),
    names: { ...names, meter: values.meter ?? names.meter },
    meterHosts: values.host ?? meterHosts,
    settings: { ...settings, ocspUrl: values['ocsp-url'] ?? settings.ocspUrl },
  });
  terminal.say(`made both PKIs and the certificates of a meter and a DAS in ${folder}\n`);
  return 0;
}
