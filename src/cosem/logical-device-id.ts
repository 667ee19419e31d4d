/**
 * `1sie0012345678.sm` (a meter number of DIN 43863-5) or `….eui` (a hardware address): up to 63 small letters, digits and
 * hyphens, then one of the two endings. It is also a valid host name.
 * @see BSI TR-03109-1 Anlage II 1.01, canonical device name
 */
const ID_FORM = /^[0-9a-z-]{1,63}\.(?:sm|eui)$/;

export const isLogicalDeviceId = (text: string): boolean => ID_FORM.test(text);
