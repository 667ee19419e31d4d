import { command, required, type Terminal } from '#cli/command.ts';
import { listKeys, listTokens, type TokenDescription } from '#crypto/token-admin.ts';
import { LOGIN_OPTIONS, loginSource, MODULE_OPTION } from './shared-options.ts';

const { 'pin-file': pinFile, 'pin-credential': pinCredential } = LOGIN_OPTIONS;

export const list = command({
  usage: 'token list --module FILE',
  summary: 'Lists the tokens that a module sees, and their keys.',
  notes: ['Without a PIN the keys that a token shows to everybody, as a rule the public ones.'],
  options: {
    ...MODULE_OPTION,
    'pin-file': pinFile,
    'pin-credential': pinCredential,
    json: { type: 'boolean', help: 'Print an array of JSON objects.' },
  },
  async run({ values }, terminal) {
    const module = required(values, 'module');
    const withPin = values['pin-file'] !== undefined || values['pin-credential'] !== undefined;
    const tokens = await Promise.all(
      (await listTokens(module)).map(async (token) => {
        const { label, serial } = token;
        const source = withPin
          ? loginSource({ ...values, token: label, serial }, terminal)
          : { module, token: { label, serial } };
        return { ...token, keys: await listKeys(source) };
      }),
    );
    if (values.json === true) terminal.write(`${JSON.stringify(tokens, null, 2)}\n`);
    else for (const token of tokens) describe(token, terminal);
    if (tokens.length === 0) terminal.say('the module sees no token: put one in, or initialise one\n');
    return 0;
  },
});

type ListedToken = TokenDescription & { readonly keys: Awaited<ReturnType<typeof listKeys>> };

function describe({ label, serial, manufacturer, model, pin, keys }: ListedToken, terminal: Terminal): void {
  terminal.write(`${label}  serial ${serial}  ${manufacturer} ${model}  PIN ${pin}\n`);
  for (const { kind, id, label: keyLabel, curve } of keys) {
    terminal.write(`  ${kind.padEnd(8)}${id.padEnd(20)}${(curve ?? 'unusable').padEnd(10)}${keyLabel}\n`);
  }
}
