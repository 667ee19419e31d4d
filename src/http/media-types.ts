/** The media type of the annex. @see BSI TR-03109-1 Anlage II 1.01 */
export const COSEM_XML = 'application/vnd.de-dke-k461-cosem+xml';

/** A sealed document says so in a parameter, where the annex has `cms-tr03109` for a CMS container. */
export const SEALED_COSEM_XML = `${COSEM_XML};encap=xmldsig`;

/** The same bytes, for those who ask for XML without knowing more of it, such as a browser. */
const PLAIN_XML = ['application/xml', 'text/xml'] as const;

/** What an answer can be, the best first. */
export const offers = {
  unsigned: [COSEM_XML, ...PLAIN_XML],
  sealed: [SEALED_COSEM_XML, ...PLAIN_XML],
} as const;

export type MediaType = (typeof offers)[keyof typeof offers][number];
