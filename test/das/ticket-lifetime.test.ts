import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Seconds } from '#core/time.ts';
import { ticketLifetime } from '#das/ticket-lifetime.ts';

/** DER: tag, length, content. */
const element = (tag: number, content: Buffer): Buffer => {
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const integer = (...octets: readonly number[]): Buffer => element(0x02, Buffer.from(octets));

const session = (version: number, ...fields: readonly Buffer[]): Buffer =>
  element(0x30, Buffer.concat([integer(1), integer(3, version), element(0x04, Buffer.alloc(48)), ...fields]));

describe('how long a session may be resumed', () => {
  const peer = element(0xa3, Buffer.alloc(600));
  for (const version of [3, 4]) {
    it(`is read from it (TLS 1.${version - 1})`, () => {
      const made = session(version, peer, element(0xa9, integer(0x0e, 0x10)), element(0xaa, Buffer.alloc(200)));
      assert.equal(ticketLifetime(made), Seconds(3_600));
      assert.equal(ticketLifetime(Buffer.concat([Buffer.from('\0nodejs:tls:session:1\0'), made])), Seconds(3_600));
    });
  }

  it('is not known where the server does not say', () => {
    assert.equal(ticketLifetime(session(4, peer)), undefined);
  });

  it('nor of anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        assert.equal(ticketLifetime(Buffer.from(octets)), undefined);
      }),
    );
    const made = session(4, peer, element(0xa9, integer(1, 2)));
    fc.assert(
      fc.property(fc.nat(made.length - 1), (length) => {
        ticketLifetime(made.subarray(0, length));
      }),
    );
  });
});
