import type { Rights } from '#cosem/access-rights.ts';

/** What is sealed before anybody asks is sealed as for somebody who may read everything. */
export const ALL_RIGHTS: Rights = {
  visible: () => true,
  unsigned: () => true,
  writable: () => false,
  invocable: () => false,
};
