/** The sign of a verdict: a seal with a tick, with a cross, or empty. Words stand beside it, never it alone. */
export function Seal({ outcome }: { readonly outcome: 'passed' | 'failed' | 'unchecked' }) {
  return (
    <svg class={`seal ${outcome}`} viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
      <path
        class="seal-body"
        d="m16 1 3.6 2.9 4.5-.8 1.6 4.3 4.3 1.6-.8 4.5L32 16l-2.8 3.5.8 4.5-4.3 1.6-1.6 4.3-4.5-.8L16 32l-3.6-2.9-4.5.8-1.6-4.3L2 24l.8-4.5L0 16l2.8-3.5L2 8l4.3-1.6L7.9 2.1l4.5.8z"
      />
      <path class="seal-sign" d={SIGNS[outcome]} />
    </svg>
  );
}

const SIGNS = {
  passed: 'm9.5 16.5 4.6 4.6 8.6-9.4',
  failed: 'm11 11 10 10M21 11 11 21',
  unchecked: 'M10.5 16h11',
} as const;
