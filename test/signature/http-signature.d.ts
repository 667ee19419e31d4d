// http-signature 1.4.0 comes without types; these are of the part that the tests use.
declare module 'http-signature' {
  import type { ClientRequest } from 'node:http';

  interface SigningOptions {
    readonly key: string;
    readonly keyId: string;
    readonly algorithm?: string;
    readonly headers: readonly string[];
    readonly authorizationHeaderName?: string;
  }

  interface ReceivedRequest {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }

  interface ParsedSignature {
    readonly params: Readonly<Record<string, unknown>>;
    readonly signingString: string;
  }

  const httpSignature: {
    signRequest(request: ClientRequest, options: SigningOptions): boolean;
    parseRequest(request: ReceivedRequest, options?: { readonly headers?: readonly string[] }): ParsedSignature;
    verifySignature(parsed: ParsedSignature, publicKeyPem: string): boolean;
  };
  export default httpSignature;
}
