import type { ResponseHeaders } from './api-error.ts';

/** Of everything a page could ask a browser for, nothing. */
const PERMISSIONS = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb'];

/** Every answer has these. What the API answers is data: a browser that shows it runs nothing in it. */
export const COMMON_HEADERS: ResponseHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': PERMISSIONS.map((feature) => `${feature}=()`).join(', '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * The page runs what its own server has sent as files, and speaks to that alone. Nowhere in it can a text become HTML or a
 * program, whatever a document says. @see W3C Trusted Types
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'font', 'connect', 'worker', 'manifest'].map((kind) => `${kind}-src 'self'`),
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** @see RFC 6797. Not on loopback, where other services of the same machine share the name. */
export const STRICT_TRANSPORT: ResponseHeaders = { 'Strict-Transport-Security': 'max-age=31536000' };
