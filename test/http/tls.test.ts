import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { HttpsServer } from '#http/https-server.ts';
import { CIPHER_SUITES } from '#http/tls-options.ts';
import { type ExampleDoor, exampleDoor } from './support/example-door.ts';
import { sClient, type Transcript } from './support/s-client.ts';
import { clients, meter, root } from './support/tls-parties.ts';

let door: ExampleDoor;
let openssl: Awaited<ReturnType<typeof sClient>>;

before(async () => {
  door = await exampleDoor();
  openssl = await sClient(door);
});

after(async () => {
  await openssl[Symbol.asyncDispose]();
  await door[Symbol.asyncDispose]();
});

function assertAgreed({ status, output }: Transcript, agreed: string): void {
  assert.equal(status, 0, output);
  assert.ok(output.includes(agreed), `"${agreed}" is not in ${output}`);
}

function assertNothingAgreed({ status, output }: Transcript): void {
  assert.notEqual(status, 0, output);
  assert.match(output, /Cipher is \(NONE\)|Cipher {4}: 0000/);
}

for (const version of ['-tls1_2', '-tls1_3']) {
  it(`a client proves its key by ECDSA and by nothing else (${version})`, async () => {
    const { output } = await openssl.run([version]);
    assert.match(output, /^Requested Signature Algorithms: ECDSA\+SHA256:ECDSA\+SHA384:ECDSA\+SHA512$/m);
  });
}

describe('at TLS 1.2', () => {
  for (const suite of CIPHER_SUITES.filter((name) => name.startsWith('ECDHE-'))) {
    it(`${suite} is agreed on`, async () => {
      assertAgreed(await openssl.run(['-tls1_2', '-cipher', suite]), `New, TLSv1.2, Cipher is ${suite}`);
    });
  }

  it('these are four, and no other suite is agreed on', async () => {
    assert.equal(CIPHER_SUITES.filter((name) => name.startsWith('ECDHE-')).length, 4);
    const others = ['ALL', 'COMPLEMENTOFALL', ...CIPHER_SUITES.map((suite) => `!${suite}`)];
    assertNothingAgreed(await openssl.run(['-tls1_2', '-cipher', `${others.join(':')}:@SECLEVEL=0`]));
  });

  it('the order of the server counts: GCM, even for a client that likes CBC better', async () => {
    const likes = 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256';
    assertAgreed(await openssl.run(['-tls1_2', '-cipher', likes]), 'Cipher is ECDHE-ECDSA-AES128-GCM-SHA256');
  });

  it('renegotiation is refused', async () => {
    const { output } = await openssl.run(['-tls1_2'], 'R\n');
    assert.match(output, /RENEGOTIATING\n.*no renegotiation/);
  });

  it('nothing is compressed', async () => {
    assertAgreed(await openssl.run(['-tls1_2', '-comp']), 'Compression: NONE');
  });
});

describe('at TLS 1.3', () => {
  for (const suite of CIPHER_SUITES.filter((name) => name.startsWith('TLS_'))) {
    it(`${suite} is agreed on`, async () => {
      assertAgreed(await openssl.run(['-tls1_3', '-ciphersuites', suite]), `New, TLSv1.3, Cipher is ${suite}`);
    });
  }

  it('no other suite is', async () => {
    const others = 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256';
    assertNothingAgreed(await openssl.run(['-tls1_3', '-ciphersuites', others]));
  });

  it('is taken by whoever can', async () => {
    assertAgreed(await openssl.run([]), 'New, TLSv1.3');
  });
});

describe('protocols before TLS 1.2 are refused', () => {
  for (const protocol of ['-tls1', '-tls1_1']) {
    it(protocol, async () => {
      assertNothingAgreed(await openssl.run([protocol, '-cipher', 'ALL:@SECLEVEL=0']));
    });
  }
});

describe('a group', () => {
  const groups = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
  for (const protocol of ['-tls1_2', '-tls1_3']) {
    for (const [group, name] of Object.entries(groups)) {
      it(`${group} is agreed on (${protocol})`, async () => {
        const offered = [...new Set([group, 'P-256'])].join(':');
        const transcript = await openssl.run([protocol, '-groups', protocol === '-tls1_2' ? offered : group]);
        assert.match(transcript.output, /Server Temp Key: ECDH/);
        assertAgreed(transcript, protocol === '-tls1_2' ? 'Server Temp Key: ECDH, ' : `Server Temp Key: ECDH, ${name}`);
      });
    }

    for (const group of ['X25519', 'X448', 'ffdhe2048', 'brainpoolP256r1']) {
      it(`${group} is refused (${protocol})`, async () => {
        assertNothingAgreed(await openssl.run([protocol, '-groups', group]));
      });
    }
  }
});

describe('a session is resumed', () => {
  for (const protocol of ['-tls1_2', '-tls1_3']) {
    it(`by ticket (${protocol})`, async () => {
      // At TLS 1.3 the ticket comes after the handshake, so there has to be an answer to wait for.
      const request = 'GET /cosem/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
      const parameters = [protocol, '-ign_eof'];
      const first = await openssl.run([...parameters, '-sess_out', 'session.pem'], request);
      assert.match(first.output, /HTTP\/1\.1 200 OK/);
      const second = await openssl.run([...parameters, '-sess_in', 'session.pem'], request);
      assert.match(second.output, /\nReused, TLSv1/);
      assert.match(second.output, /HTTP\/1\.1 200 OK/);
    });
  }
});

it('a key that is not that of the certificate is a fault of the configuration', () => {
  const tls = { ...meter, privateKey: clients.das.privateKey, clientRoots: [root] };
  assert.throws(
    () => new HttpsServer({ ...door, ...door.parts, tls }),
    (error: unknown) => {
      assert.ok(error instanceof SealmeterError);
      assert.deepEqual([error.fault, error.code], ['configuration', 'TLS_CREDENTIALS_UNUSABLE']);
      return true;
    },
  );
});
