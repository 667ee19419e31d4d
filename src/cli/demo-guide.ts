interface DemoPlaces {
  /** As the reader would type it. */
  readonly folder: string;
  readonly meter: string;
  readonly das: string;
  readonly modbus: string;
  readonly ocsp: string;
  readonly ldev: string;
}

/** What a person reads when the demo is ready: lines to copy. */
export function demoGuide({ folder, meter, das, modbus, ocsp, ldev }: DemoPlaces): string {
  const command = 'npx sealmeter';
  const dir = folder === '.sealmeter' ? '' : ` --dir ${folder}`;
  const energy = `/cosem/ldevs/${ldev}/objects/3-0100010800ff/attributes/2`;
  return `
The meter serves ${meter}  (simulated PAC3200 at Modbus TCP ${modbus})
Certificates and keys: ${folder}/pki  ${folder}/meter  ${folder}/das
Whether a certificate is revoked tells ${ocsp}

Active energy, unsigned, with curl:

  curl --cacert ${folder}/pki/tls-root.pem --cert ${folder}/das/tls.pem --key ${folder}/das/tls.key \\
    ${meter}${energy}

The same, asked for by a signed request, answered by a sealed document, verified:

  ${command} get${dir} ${energy}

All objects: ${meter}/cosem/ldevs/${ldev}/objects/

A real meter: copy ${folder}/meter/meter.yaml, set modbus.host and modbus.port to the meter's, then, each by itself,

  ${command} pki ocsp --dir ${folder}/pki --listen ${new URL(ocsp).host}
  ${command} meter --config COPY

The DAS reads the meter, verifies what it says, and shows it to people. Its server certificate comes from
${folder}/pki/tls-root.pem, which a browser does not know, and will ask about. Open its page:

  ${das}/

`;
}
